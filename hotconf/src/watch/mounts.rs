//! Which file systems send no events, and which file system a path is on.

use std::path::{Path, PathBuf};

/// The mounts of this process, in the order in which they were made.
#[derive(Debug, Clone, Default)]
pub(super) struct Mounts {
    mounts: Vec<(PathBuf, String)>,
}

/// Events come from the kernel that makes the change. On these file systems that may be another machine's, or
/// nobody's.
const SILENT: [&str; 21] = [
    "9p", "afs", "ceph", "cgroup", "cgroup2", "cifs", "configfs", "debugfs", "drvfs", "gofer", "lustre",
    "ncpfs", "nfs", "nfs4", "proc", "smb3", "smbfs", "sysfs", "tracefs", "vboxsf", "virtiofs",
];

impl Mounts {
    /// Reads the present mounts; empty where the system does not list them.
    pub(super) fn read() -> Mounts {
        let path =
            if cfg!(any(target_os = "linux", target_os = "android")) { "/proc/self/mountinfo" } else { "" };
        Mounts::parse(&std::fs::read(path).unwrap_or_default())
    }

    fn parse(table: &[u8]) -> Mounts {
        Mounts { mounts: table.split(|&byte| byte == b'\n').filter_map(mount).collect() }
    }

    /// The mount that holds `path` and its type, if changes there may send no events.
    pub(super) fn silent(&self, path: &Path) -> Option<(&Path, &str)> {
        let covering = self.mounts.iter().filter(|(point, _)| path.starts_with(point));
        // Of mounts stacked on one point the last is the visible one.
        let (point, kind) = covering.max_by_key(|(point, _)| point.components().count())?;
        let silent = SILENT.contains(&kind.as_str()) || kind == "fuse" || kind.starts_with("fuse.");
        silent.then_some((point, kind))
    }
}

/// One line: numbers, the root within the file system, the mount point, options, a dash, the type, and more.
fn mount(line: &[u8]) -> Option<(PathBuf, String)> {
    let mut fields = line.split(|&byte| byte == b' ');
    let point = unescape(fields.nth(4)?);
    fields.find(|field| field == b"-")?;
    Some((point, String::from_utf8_lossy(fields.next()?).into_owned()))
}

/// Blanks and backslashes in mount points are written as three octal digits.
fn unescape(field: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&first, tail)) = rest.split_first() {
        let octal =
            tail.get(..3).filter(|digits| first == b'\\' && digits.iter().all(|d| (b'0'..=b'7').contains(d)));
        match octal {
            Some(digits) => {
                let value = digits.iter().fold(0u32, |value, digit| value * 8 + u32::from(digit - b'0'));
                bytes.push(value as u8);
                rest = &tail[3..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    path_of(bytes)
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:40 / /mnt/with\\040blank rw - nfs4 server:/export rw
41 27 0:41 / /srv rw - ext4 /dev/vdb rw
42 41 0:42 / /srv rw shared:2 master:3 - fuse.sshfs host:/ rw
43 41 0:43 / /srv/local rw - xfs /dev/vdc rw
a line of something else
";

    #[test]
    fn the_longest_mount_point_decides_and_of_stacked_ones_the_last() {
        let mounts = Mounts::parse(TABLE.as_bytes());
        let silent = |path: &str| mounts.silent(Path::new(path)).map(|(_, kind)| kind);
        assert_eq!(silent("/etc/app.toml"), None);
        assert_eq!(silent("/proc/sys/kernel"), Some("proc"));
        assert_eq!(silent("/procession/app.toml"), None);
        assert_eq!(silent("/mnt/with blank/app.toml"), Some("nfs4"));
        assert_eq!(silent("/srv/app.toml"), Some("fuse.sshfs"));
        assert_eq!(silent("/srv/local/app.toml"), None);
        let point = Path::new("/mnt/with blank");
        assert_eq!(mounts.silent(&point.join("deep/app.toml")), Some((point, "nfs4")));
        assert_eq!(Mounts::default().silent(Path::new("/proc")), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_table_of_this_process_is_understood() {
        let mounts = Mounts::read();
        assert_eq!(mounts.silent(Path::new("/proc/self")), Some((Path::new("/proc"), "proc")));
        assert_eq!(mounts.silent(Path::new("/dev/null")), None);
    }
}
