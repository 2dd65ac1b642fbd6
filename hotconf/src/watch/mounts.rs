//! Which mounts send no events, and which do not follow what they were mounted from.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The mounts of this process, in the order in which they were made.
#[derive(Debug, Clone, Default)]
pub(super) struct Mounts {
    mounts: Vec<Mount>,
}

#[derive(Debug, Clone)]
struct Mount {
    point: PathBuf,
    /// What of the file system is mounted.
    root: PathBuf,
    kind: String,
}

/// A mount that stays what it was when something else is put in the place of what it was mounted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pinned {
    /// One file, whose content can change.
    File,
    /// What Kubernetes has written once into a folder of its own, and never changes.
    Generation,
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
        Mounts { mounts: table.split(|&byte| byte == b'\n').filter_map(Mount::parse).collect() }
    }

    /// The mount that holds `path`: of stacked ones the last is the visible one.
    fn covering(&self, path: &Path) -> Option<&Mount> {
        let covering = self.mounts.iter().filter(|mount| path.starts_with(&mount.point));
        covering.max_by_key(|mount| mount.point.components().count())
    }

    /// The mount that holds `path` and its type, if changes there may send no events.
    pub(super) fn silent(&self, path: &Path) -> Option<(&Path, &str)> {
        let Mount { point, kind, .. } = self.covering(path)?;
        let silent = SILENT.contains(&kind.as_str()) || kind == "fuse" || kind.starts_with("fuse.");
        silent.then_some((point, kind))
    }

    /// The mount point through which the file at `path` is pinned, if it is.
    pub(super) fn pinned(&self, path: &Path) -> Option<(&Path, Pinned)> {
        let mount = self.covering(path)?;
        if mount.root.components().any(|part| is_generation(part.as_os_str())) {
            return Some((&mount.point, Pinned::Generation));
        }
        (mount.point == path).then_some((&mount.point, Pinned::File))
    }
}

/// Whether a folder is named as Kubernetes names what it writes at once: `..2026_11_25_10_00_00.123456789`.
fn is_generation(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b"..") && name.get(2).is_some_and(u8::is_ascii_digit)
}

impl Mount {
    /// One line: numbers, the root within the file system, the mount point, options, a dash, the type, and more.
    fn parse(line: &[u8]) -> Option<Mount> {
        let mut fields = line.split(|&byte| byte == b' ');
        let root = unescape(fields.nth(3)?);
        let point = unescape(fields.next()?);
        fields.find(|field| field == b"-")?;
        Some(Mount { point, root, kind: String::from_utf8_lossy(fields.next()?).into_owned() })
    }
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
44 27 254:0 /home/me/app.toml /etc/app.toml rw - ext4 /dev/vda rw
45 27 0:45 /..2026_11_25_10_00_00.1/conf /run/conf rw - tmpfs tmpfs rw
46 27 0:46 /..data/conf /run/other rw - tmpfs tmpfs rw
a line of something else
";

    #[test]
    fn the_longest_mount_point_decides_and_of_stacked_ones_the_last() {
        let mounts = Mounts::parse(TABLE.as_bytes());
        let silent = |path: &str| mounts.silent(Path::new(path)).map(|(_, kind)| kind);
        assert_eq!(silent("/etc/other.toml"), None);
        assert_eq!(silent("/proc/sys/kernel"), Some("proc"));
        assert_eq!(silent("/procession/app.toml"), None);
        assert_eq!(silent("/mnt/with blank/app.toml"), Some("nfs4"));
        assert_eq!(silent("/srv/app.toml"), Some("fuse.sshfs"));
        assert_eq!(silent("/srv/local/app.toml"), None);
        let point = Path::new("/mnt/with blank");
        assert_eq!(mounts.silent(&point.join("deep/app.toml")), Some((point, "nfs4")));
        assert_eq!(Mounts::default().silent(Path::new("/proc")), None);
    }

    #[test]
    fn a_mount_of_one_file_and_one_of_a_single_generation_are_pinned() {
        let mounts = Mounts::parse(TABLE.as_bytes());
        let pinned = |path: &str| mounts.pinned(Path::new(path)).map(|(_, pinned)| pinned);
        assert_eq!(pinned("/etc/app.toml"), Some(Pinned::File));
        assert_eq!(pinned("/etc/other.toml"), None);
        assert_eq!(pinned("/run/conf/app.toml"), Some(Pinned::Generation));
        assert_eq!(pinned("/run/other/app.toml"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_table_of_this_process_is_understood() {
        let mounts = Mounts::read();
        assert_eq!(mounts.silent(Path::new("/proc/self")), Some((Path::new("/proc"), "proc")));
        assert_eq!(mounts.silent(Path::new("/dev/null")), None);
    }
}
