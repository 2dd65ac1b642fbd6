//! Edits in the middle of a look. A source that stands between others makes the edit at the worst moment.

use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use hotconf::{Bell, Hot};
use hotconf_tests::{MOMENT, Probe, Record, Sandbox, wait_until};

use super::{App, Followed, text};

/// What happens in the middle of the next look.
type Plan = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

/// A source that does what is planned, and the bell that makes it be asked.
fn meddler() -> (Probe, Plan, Record<Bell>) {
    let (plan, bell) = (Plan::default(), Record::new());
    let (planned, given) = (plan.clone(), bell.clone());
    let probe = Probe::silent(move || {
        let step = planned.lock().unwrap().take();
        if let Some(step) = step {
            step();
        }
    });
    (probe.with_bell(move |bell| given.push(bell)), plan, bell)
}

fn ring(bell: &Record<Bell>) {
    bell.all().into_iter().for_each(|bell| bell.ring());
}

fn plan_step(plan: &Plan, step: impl FnOnce() + Send + 'static) {
    *plan.lock().unwrap() = Some(Box::new(step));
}

#[test]
fn an_edit_while_the_store_is_built_is_not_lost() {
    for comes_first in [true, false] {
        let sandbox = Arc::new(Sandbox::new());
        sandbox.write("app.toml", text(1000));
        let (probe, plan, _bell) = meddler();
        let edited = sandbox.clone();
        plan_step(&plan, move || edited.replace("app.toml", text(1001)));
        let builder = Hot::builder();
        let mut store = Followed::new(match comes_first {
            true => builder.source(probe).file(sandbox.at("app.toml")),
            false => builder.file(sandbox.at("app.toml")).source(probe),
        });
        assert_eq!(store.cfg.load().said(), 1001);
        sandbox.replace("app.toml", text(1002));
        store.expect(1002);
        store.finish();
    }
}

#[test]
fn an_edit_after_the_file_was_read_is_not_lost() {
    let sandbox = Arc::new(Sandbox::new());
    sandbox.write("conf/app.toml", text(1000));
    let (probe, plan, bell) = meddler();
    let mut store = Followed::new(Hot::builder().file(sandbox.at("conf/app.toml")).source(probe));
    let edits: [fn(&Sandbox, &str); 4] = [
        |sandbox, text| sandbox.write("conf/app.toml", text),
        |sandbox, text| sandbox.replace("conf/app.toml", text),
        |sandbox, text| {
            sandbox.remove_folder("conf");
            sandbox.write("conf/app.toml", text);
        },
        |sandbox, text| {
            sandbox.write("next/app.toml", text);
            sandbox.rename("conf", "old");
            sandbox.rename("next", "conf");
        },
    ];
    for (value, edit) in (1001..).zip(edits) {
        let edited = sandbox.clone();
        plan_step(&plan, move || edit(&edited, &text(value)));
        ring(&bell);
        store.expect(value);
    }
    sandbox.replace("conf/app.toml", text(1010));
    store.expect(1010);
    store.finish();
}

/// The watches come before the very first look, so that there is no moment in which nobody listens.
#[test]
fn an_edit_at_the_end_of_the_first_look_is_heard_of() {
    let sandbox = Arc::new(Sandbox::new());
    sandbox.write("app.toml", text(1000));
    let (is_done, edited) = (AtomicBool::new(false), sandbox.clone());
    let late = Probe::silent(|| {}).with_check(move || {
        if !is_done.swap(true, Ordering::SeqCst) {
            edited.replace("app.toml", text(1001));
        }
    });
    let cfg: Hot<App> = Hot::builder().file(sandbox.at("app.toml")).source(late).build().expect("good");
    wait_until("the edit is in place", || cfg.load().said() == 1001);
    // Below the events there is a net of looks, which counts what it catches.
    assert_eq!(cfg.status().watcher().missed(), 0);
}

/// The writer begins after the look has begun, and the half that it has written by then could be read.
#[test]
fn a_save_that_begins_during_a_look_is_waited_for() {
    let sandbox = Arc::new(Sandbox::new());
    sandbox.write("app.toml", text(1000));
    let (probe, plan, bell) = meddler();
    let mut store = Followed::new(Hot::builder().source(probe).file(sandbox.at("app.toml")));
    for value in 1001..1004 {
        let text = text(value);
        let half = text.find("copy").unwrap();
        let writer: Arc<Mutex<Option<File>>> = Arc::default();
        let (begun, edited, first) = (writer.clone(), sandbox.clone(), text[..half].to_owned());
        plan_step(&plan, move || {
            let mut file = edited.open("app.toml", true);
            file.write_all(first.as_bytes()).unwrap();
            *begun.lock().unwrap() = Some(file);
            // Long enough for the news to arrive while the look goes on.
            std::thread::park_timeout(MOMENT / 4);
        });
        ring(&bell);
        store.expect_nothing();
        let mut file = writer.lock().unwrap().take().expect("the look has begun");
        file.write_all(&text.as_bytes()[half..]).unwrap();
        drop(file);
        store.expect(value);
    }
    store.finish();
}

/// The writer begins in a folder that is listened in, under a name that means nothing until the link leads there.
#[test]
fn a_save_that_begins_before_a_link_leads_to_its_file_is_waited_for() {
    let sandbox = Sandbox::new();
    sandbox.write("store/1000.toml", text(1000));
    sandbox.link("store/1000.toml", "app.toml");
    let mut store = Followed::new(Hot::builder().file(sandbox.at("app.toml")));
    for value in 1001..1004 {
        let (name, text) = (format!("store/{value}.toml"), text(value));
        let half = text.find("copy").unwrap();
        let mut file = sandbox.open(&name, true);
        file.write_all(&text.as_bytes()[..half]).unwrap();
        sandbox.relink(&name, "app.toml");
        // A file of whose writer nothing is known would be believed within this time.
        store.expect_nothing();
        store.expect_nothing();
        file.write_all(&text.as_bytes()[half..]).unwrap();
        drop(file);
        store.expect(value);
    }
    store.finish();
}

/// The folder is put in place of another in the middle of a look, before anybody listens in it, and its file has a writer
/// at work, who writes more once somebody does.
#[test]
fn a_save_that_begins_before_its_folder_is_watched_is_waited_for() {
    let sandbox = Arc::new(Sandbox::new());
    sandbox.write("conf/app.toml", text(1000));
    let (probe, plan, bell) = meddler();
    let mut store = Followed::new(Hot::builder().source(probe).file(sandbox.at("conf/app.toml")));
    for value in 1001..1004 {
        let text = text(value);
        let (half, most) = (text.find("copy").unwrap(), text.find("end").unwrap());
        let (first, second) = (text[..half].to_owned(), text[half..most].to_owned());
        let writer: Arc<Mutex<Option<File>>> = Arc::default();
        let (begun, edited, next_plan) = (writer.clone(), sandbox.clone(), plan.clone());
        plan_step(&plan, move || {
            edited.make_folder("next");
            let mut file = edited.open("next/app.toml", true);
            file.write_all(first.as_bytes()).unwrap();
            edited.rename("conf", format!("old-{value}"));
            edited.rename("next", "conf");
            *begun.lock().unwrap() = Some(file);
            // In the next look, for which the new folder is watched.
            plan_step(&next_plan, move || {
                begun.lock().unwrap().as_mut().unwrap().write_all(second.as_bytes()).unwrap();
                std::thread::park_timeout(MOMENT / 4);
            });
            std::thread::park_timeout(MOMENT / 4);
        });
        ring(&bell);
        wait_until("the second look", || plan.lock().unwrap().is_none() && writer.lock().unwrap().is_some());
        store.expect_nothing();
        let mut file = writer.lock().unwrap().take().expect("the look has begun");
        file.write_all(&text.as_bytes()[most..]).unwrap();
        drop(file);
        store.expect(value);
    }
    store.finish();
}
