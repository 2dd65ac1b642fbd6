use hotconf::HotConfig;

#[derive(HotConfig)]
struct App {
    server: Server,
    level: Level,
    wrapped: Option<Port>,
}

#[derive(HotConfig)]
struct Server {
    #[hot(laef)]
    started: std::time::Instant,
    limits: Limits,
}

#[derive(HotConfig)]
struct Limits {
    most: u32,
}

#[derive(HotConfig)]
enum Level {
    Low,
    #[serde(borrow)]
    High,
}

#[derive(HotConfig)]
struct Port(u16);

const MOST: hotconf::Key<App, u32> = App::keys().server.limits.most;

fn read(app: &App) -> u32 {
    let _ = App::keys().server.started.get(app);
    let _ = App::schema().fields();
    *MOST.get(app)
}

fn main() {}
