//! What a read costs: on one thread, on several, and while somebody writes.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use hotconf::{Format, Hot, Watch};

use crate::clock;
use crate::median::median;
use crate::plot::{self, Line};
use crate::table::{Table, readable};
use crate::workload::{Small, Texts};

/// Reads between two looks at the clock.
const READS: u64 = 200_000;
/// How often each thread looks at the clock.
const CHUNKS: usize = 40;

pub(crate) fn measure() {
    one_thread();
    several_threads();
}

fn store() -> Hot<Small> {
    let builder = Hot::builder().text(Format::Toml, Texts::small().toml).watch(Watch::Off);
    builder.build().unwrap_or_else(|error| panic!("{error}"))
}

fn value() -> Small {
    Hot::builder().text(Format::Toml, Texts::small().toml).load().unwrap_or_else(|error| panic!("{error}"))
}

/// The least that a read of something that changes can cost, but for the memory that this never gives back: an acquire
/// load that says which of the values is the newest.
struct NeverFreed {
    newest: AtomicUsize,
    values: [&'static Small; 2],
}

impl NeverFreed {
    fn new() -> Self {
        Self {
            newest: AtomicUsize::new(0),
            values: [Box::leak(Box::new(value())), Box::leak(Box::new(value()))],
        }
    }

    #[inline]
    fn load(&self) -> &'static Small {
        self.values[self.newest.load(Ordering::Acquire) & 1]
    }
}

fn one_thread() {
    let cfg = store();
    let mut reader = cfg.reader();
    let swap = ArcSwap::from_pointee(value());
    let mut cache = arc_swap::Cache::new(&swap);
    let limit = NeverFreed::new();
    let mut table = Table::new("one thread: a field, through …", 31);
    table.timed_peer("ArcSwap::load", |times| read(times, || black_box(&swap).load().server.port));
    table.timed_peer("ArcSwap::load_full", |times| read(times, || black_box(&swap).load_full().server.port));
    table.timed_peer("an acquire load, never freed", |times| {
        read(times, || black_box(&limit).load().server.port)
    });
    table.timed("arc_swap::Cache", "", |times| read(times, || black_box(&mut cache).load().server.port));
    table.timed("cfg.load()", "at most 0.55 of ArcSwap::load", |times| {
        read(times, || black_box(&cfg).load().server.port)
    });
    table.timed("cfg.read(…)", "", |times| read(times, || black_box(&cfg).read(|c| c.server.port)));
    table.timed("cfg.reader().load()", "at most 1.2 of an acquire load", |times| {
        read(times, || black_box(&mut reader).load().server.port)
    });
    table.timed("cfg.snapshot()", "at most 1.0 of ArcSwap::load_full", |times| {
        read(times, || black_box(&cfg).snapshot().server.port)
    });
    table.print();
}

fn read(times: u64, mut read: impl FnMut() -> u16) -> f64 {
    let before = clock::of_thread();
    for _ in 0..times {
        black_box(read());
    }
    clock::of_thread() - before
}

/// Who else there is while a thread reads.
const COMPANIES: [(&str, usize, bool); 5] = [
    ("1 thread", 1, false),
    ("1 thread and a writer each ms", 1, true),
    ("2 threads", 2, false),
    ("2 threads and a writer each ms", 2, true),
    ("8 threads", 8, false),
];

fn several_threads() {
    let cfg = store();
    let swap = Arc::new(ArcSwap::from_pointee(value()));
    let write = || {
        let cfg = cfg.clone();
        let swap = swap.clone();
        let mut number = 0_u32;
        move || {
            number += 1;
            let outcome = cfg.set("limits.queue", number % 1_000);
            assert!(outcome.is_ok(), "{outcome:?}");
            swap.store(Arc::new(value()));
        }
    };
    let hot = cfg.clone();
    let full = swap.clone();
    let borrowed = swap.clone();
    let snapshots = cfg.clone();
    let readers = cfg.clone();
    type Reads = Box<dyn Fn() -> Box<dyn FnMut(u64) -> f64> + Send + Sync>;
    let cases: [(&str, Reads); 5] = [
        (
            "cfg.load()",
            Box::new(move || {
                let cfg = hot.clone();
                Box::new(move |times| read(times, || black_box(&cfg).load().server.port))
            }),
        ),
        (
            "cfg.reader().load()",
            Box::new(move || {
                let mut reader = readers.reader();
                Box::new(move |times| read(times, || black_box(&mut reader).load().server.port))
            }),
        ),
        (
            "cfg.snapshot()",
            Box::new(move || {
                let cfg = snapshots.clone();
                Box::new(move |times| read(times, || black_box(&cfg).snapshot().server.port))
            }),
        ),
        (
            "ArcSwap::load",
            Box::new(move || {
                let swap = borrowed.clone();
                Box::new(move |times| read(times, || black_box(&swap).load().server.port))
            }),
        ),
        (
            "ArcSwap::load_full",
            Box::new(move || {
                let swap = full.clone();
                Box::new(move |times| read(times, || black_box(&swap).load_full().server.port))
            }),
        ),
    ];
    println!("\n### Several threads, {} cores: processor time of a read\n", cores());
    print!("| through |");
    COMPANIES.iter().for_each(|(company, ..)| print!(" {company} |"));
    println!(" at most, of 1 thread |\n|---|{}---|", "---|".repeat(COMPANIES.len()));
    let mut lines = Vec::new();
    for (name, make) in &cases {
        let times: Vec<f64> = COMPANIES
            .iter()
            .map(|&(_, threads, writes)| together(make, threads, writes.then(write)))
            .collect();
        print!("| {name} |");
        times.iter().for_each(|time| print!(" {} |", readable(*time)));
        let most = times.iter().copied().fold(0.0, f64::max);
        println!(" {:.2} |", most / times[0]);
        let points = [1.0, 2.0, 8.0].into_iter().zip([times[0], times[2], times[4]]).collect();
        lines.push(Line { name: (*name).to_owned(), points });
    }
    plot::draw("reads", "Nanoseconds of a read, by threads", "threads", "ns", &lines);
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The median time of a read, on so many threads at once.
fn together(
    make: &(impl Fn() -> Box<dyn FnMut(u64) -> f64> + Send + Sync),
    threads: usize,
    writer: Option<impl FnMut() + Send>,
) -> f64 {
    let is_over = AtomicBool::new(false);
    let mut figures: Vec<f64> = Vec::new();
    thread::scope(|scope| {
        if let Some(mut write) = writer {
            let is_over = &is_over;
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    write();
                    thread::sleep(Duration::from_millis(1));
                }
            });
        }
        let readers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut reads = make();
                    reads(READS);
                    (0..CHUNKS).map(|_| reads(READS) / READS as f64).collect::<Vec<_>>()
                })
            })
            .collect();
        for reader in readers {
            figures.extend(reader.join().expect("a reader does not panic"));
        }
        is_over.store(true, Ordering::Relaxed);
    });
    median(figures)
}
