//! Curves, as pictures beside the documentation.

use std::path::Path;

use plotters::prelude::*;

/// What becomes of one case as something grows.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
}

const COLORS: [RGBColor; 6] = [
    RGBColor(192, 57, 43),
    RGBColor(41, 98, 155),
    RGBColor(39, 120, 72),
    BLACK,
    RGBColor(142, 108, 22),
    MAGENTA,
];

/// Draws the lines, both axes logarithmic, into `docs/plots`.
pub(crate) fn draw(name: &str, title: &str, across: &str, up: &str, lines: &[Line]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/plots");
    let path = folder.join(format!("{name}.svg"));
    let drawn = std::fs::create_dir_all(&folder).map_err(|error| error.to_string());
    let drawn =
        drawn.and_then(|()| try_draw(&path, title, across, up, lines).map_err(|error| error.to_string()));
    match drawn {
        Ok(()) => println!("\ndrawn: docs/plots/{name}.svg"),
        Err(error) => println!("\nnot drawn: {error}"),
    }
}

fn try_draw(
    path: &Path,
    title: &str,
    across: &str,
    up: &str,
    lines: &[Line],
) -> Result<(), Box<dyn std::error::Error>> {
    let points = || lines.iter().flat_map(|line| &line.points);
    let range = |of: fn(&(f64, f64)) -> f64| {
        let least = points().map(of).fold(f64::INFINITY, f64::min);
        let most = points().map(of).fold(0.0, f64::max);
        (least * 0.8)..(most * 1.25)
    };
    let root = SVGBackend::new(path, (760, 460)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(64)
        .build_cartesian_2d(range(|point| point.0).log_scale(), range(|point| point.1).log_scale())?;
    chart.configure_mesh().x_desc(across).y_desc(up).light_line_style(RGBColor(235, 235, 235)).draw()?;
    for (line, color) in lines.iter().zip(COLORS.iter().cycle()) {
        let series = LineSeries::new(line.points.iter().copied(), color.stroke_width(2)).point_size(3);
        chart
            .draw_series(series)?
            .label(&line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .draw()?;
    root.present()?;
    Ok(())
}
