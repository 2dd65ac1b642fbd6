//! One look at one file: never hangs, never takes a half-written state for a whole one, and never waits. Whether
//! and when to look again is the caller's decision.

use std::fmt;
use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What one look at a file found.
#[derive(Debug)]
pub(crate) enum FileReading {
    /// The whole content, and the stamp it had before and after reading.
    Text(Vec<u8>, Stamp),
    /// Nothing has this name, or a folder on the way is missing.
    Missing,
    /// The file changed while it was read; a later look may find it at rest.
    Unstable,
    /// The file is there but cannot be read.
    Failed(ReadFault),
}

/// Why a file that exists gave no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReadFault {
    /// More bytes than the limit allows; `actual` is what was seen of it.
    TooLarge { limit: u64, actual: u64 },
    /// The name belongs to something that is not a regular file.
    NotAFile(FileKind),
    /// The file or a folder on the way may not be read.
    PermissionDenied,
    /// The symbolic links on the way go in circles, or there are too many of them.
    SymlinkLoop,
    /// Any other fault of the operating system.
    Io { kind: io::ErrorKind, text: String },
}

impl ReadFault {
    /// Whether the same look may succeed a moment later without anybody repairing anything.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, ReadFault::Io { kind, .. } if *kind != io::ErrorKind::InvalidInput)
    }
}

impl fmt::Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadFault::TooLarge { limit, actual } => {
                write!(
                    f,
                    "the file has {actual} bytes, more than the limit of {limit}; raise `max_file_size`"
                )
            }
            ReadFault::NotAFile(kind) => write!(f, "this is {kind}, not a regular file"),
            ReadFault::PermissionDenied => f.write_str(
                "permission denied; the user of this program needs to read the file and to enter its folders",
            ),
            ReadFault::SymlinkLoop => {
                f.write_str("the symbolic links of this path go in circles; point one of them at the file")
            }
            ReadFault::Io { text, .. } => write!(f, "the file cannot be read: {text}"),
        }
    }
}

/// What else than a regular file a name may belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Directory,
    Fifo,
    Socket,
    Device,
    Other,
}

impl FileKind {
    fn of(file_type: FileType) -> FileKind {
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            if file_type.is_fifo() {
                return FileKind::Fifo;
            }
            if file_type.is_socket() {
                return FileKind::Socket;
            }
            if file_type.is_char_device() || file_type.is_block_device() {
                return FileKind::Device;
            }
        }
        if file_type.is_dir() { FileKind::Directory } else { FileKind::Other }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FileKind::Directory => "a directory",
            FileKind::Fifo => "a FIFO",
            FileKind::Socket => "a socket",
            FileKind::Device => "a device",
            FileKind::Other => "something else",
        })
    }
}

/// Which file a name belonged to and in what state, as far as the file system tells without reading it. Different
/// stamps prove a change. Equal ones prove its absence only when the later was taken well after the change: clocks
/// of file systems are coarse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
    #[cfg(unix)]
    changed: (i64, i64),
    #[cfg(unix)]
    links: u64,
    size: u64,
    #[cfg(unix)]
    modified: (i64, i64),
    #[cfg(not(unix))]
    modified: Option<SystemTime>,
}

impl Stamp {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Stamp {
        use std::os::unix::fs::MetadataExt;
        Stamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            links: metadata.nlink(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Stamp {
        Stamp { size: metadata.len(), modified: metadata.modified().ok() }
    }

    /// How long before `now` the file was changed last; nothing where its clock is ahead of ours.
    pub(crate) fn age(&self, now: SystemTime) -> Option<Duration> {
        now.duration_since(self.changed_at()?).ok()
    }

    /// When the file was changed last, by its own clock.
    pub(crate) fn changed_at(&self) -> Option<SystemTime> {
        #[cfg(unix)]
        {
            let (seconds, nanoseconds) = self.changed;
            let since_epoch = Duration::new(seconds.try_into().ok()?, nanoseconds.try_into().ok()?);
            SystemTime::UNIX_EPOCH.checked_add(since_epoch)
        }
        #[cfg(not(unix))]
        {
            self.modified
        }
    }

    /// Whether no folder names this file any more although a path leads to it, as with a bind mount whose original
    /// was replaced: nothing that happens to the original will ever show here.
    pub(crate) fn is_unlinked(&self) -> bool {
        #[cfg(unix)]
        {
            self.links == 0
        }
        #[cfg(not(unix))]
        {
            false
        }
    }

    /// The same file, in whatever state.
    fn names_same_file(&self, other: &Stamp) -> bool {
        #[cfg(unix)]
        {
            (self.device, self.inode) == (other.device, other.inode)
        }
        #[cfg(not(unix))]
        {
            self == other
        }
    }
}

/// The stamp of what `path` leads to, file or folder; `None` if it leads nowhere.
pub(crate) fn stamp(path: &Path) -> Option<Stamp> {
    std::fs::metadata(path).ok().map(|metadata| Stamp::of(&metadata))
}

/// Reads the file at `path` whole, if it is a regular file of at most `limit` bytes that rests while being read.
pub(crate) fn read_file(path: &Path, limit: u64) -> FileReading {
    match look(path, limit) {
        Ok(reading) => reading,
        Err(error) => classify(&error),
    }
}

fn look(path: &Path, limit: u64) -> io::Result<FileReading> {
    // Devices are refused before they are opened, because opening alone may have effects. What takes the file's
    // place in between is caught on the descriptor, and the open flags keep it from blocking.
    if let Some(fault) = refusal(&std::fs::metadata(path)?, limit) {
        return Ok(FileReading::Failed(fault));
    }
    let mut file = open(path)?;
    let metadata = file.metadata()?;
    if let Some(fault) = refusal(&metadata, limit) {
        return Ok(FileReading::Failed(fault));
    }
    let before = Stamp::of(&metadata);
    let mut bytes = vec![0; before.size.min(1 << 20) as usize + 1];
    let first = file.read(&mut bytes)?;
    bytes.truncate(first);
    let size_is_made_up = size_is_made_up(&metadata);
    // There was room for one byte more than the file has, so that as many as it has were all.
    if first as u64 != before.size || size_is_made_up {
        let most = limit.saturating_add(1).saturating_sub(first as u64);
        Read::by_ref(&mut file).take(most).read_to_end(&mut bytes)?;
    }
    let read = bytes.len() as u64;
    let after = Stamp::of(&file.metadata()?);
    if read > limit {
        return Ok(FileReading::Failed(ReadFault::TooLarge { limit, actual: read.max(after.size) }));
    }
    let whole = read == after.size || size_is_made_up;
    let still_named = stamp(path).is_some_and(|now| now.names_same_file(&after));
    if before == after && whole && still_named {
        Ok(FileReading::Text(bytes, after))
    } else {
        Ok(FileReading::Unstable)
    }
}

fn refusal(metadata: &Metadata, limit: u64) -> Option<ReadFault> {
    if !metadata.is_file() {
        return Some(ReadFault::NotAFile(FileKind::of(metadata.file_type())));
    }
    let actual = metadata.len();
    (actual > limit).then_some(ReadFault::TooLarge { limit, actual })
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = libc::O_NONBLOCK | libc::O_CLOEXEC | libc::O_NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// Files that the kernel makes up when they are read occupy no blocks and state a size of nothing or of one page,
/// whatever they contain.
#[cfg(unix)]
fn size_is_made_up(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.blocks() == 0
}

#[cfg(not(unix))]
fn size_is_made_up(_: &Metadata) -> bool {
    false
}

fn classify(error: &io::Error) -> FileReading {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ELOOP) {
        return FileReading::Failed(ReadFault::SymlinkLoop);
    }
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileReading::Missing,
        io::ErrorKind::PermissionDenied => FileReading::Failed(ReadFault::PermissionDenied),
        kind => FileReading::Failed(ReadFault::Io { kind, text: error.to_string() }),
    }
}

/// Why bytes are not a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EncodingFault {
    /// The text is in a wider encoding.
    Wide(&'static str),
    /// A zero byte, which no format allows; often the trace of a write that a crash tore.
    Nul { line: u32, column: u32 },
    /// Not UTF-8 from the byte at `offset` on.
    Invalid { offset: usize, line: u32, column: u32 },
}

impl EncodingFault {
    /// Line and column of the fault, 1-based, columns in characters.
    pub(crate) fn position(&self) -> Option<(u32, u32)> {
        match *self {
            EncodingFault::Wide(_) => None,
            EncodingFault::Nul { line, column } | EncodingFault::Invalid { line, column, .. } => {
                Some((line, column))
            }
        }
    }
}

impl fmt::Display for EncodingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EncodingFault::Wide(encoding) => write!(f, "the file is {encoding}, save it as UTF-8"),
            EncodingFault::Nul { line, column } => {
                write!(f, "there is a NUL byte at line {line}, column {column}; the file may be half-written")
            }
            EncodingFault::Invalid { offset, line, column } => write!(
                f,
                "the file is not UTF-8 from byte {offset} on (line {line}, column {column}); save it as UTF-8"
            ),
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// The text of a file, without the byte order mark that some editors put in front.
pub(crate) fn decode(mut bytes: Vec<u8>) -> Result<String, EncodingFault> {
    if let Some(encoding) = wide_encoding(&bytes) {
        return Err(EncodingFault::Wide(encoding));
    }
    let mark = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    bytes.drain(..mark);
    // Nearly always there is none, and that is known much sooner than where the first one is: piece by piece, without a
    // branch for each byte.
    if bytes.chunks(256).any(|piece| piece.iter().fold(false, |found, &byte| found | (byte == 0))) {
        let offset = bytes.iter().position(|&byte| byte == 0).unwrap_or_default();
        let (line, column) = position(&bytes[..offset]);
        return Err(EncodingFault::Nul { line, column });
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let (line, column) = position(&error.as_bytes()[..offset]);
        EncodingFault::Invalid { offset: offset + mark, line, column }
    })
}

/// The text without the newline that editors end files with.
pub(crate) fn without_last_newline(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

/// Recognises the wider encodings by their byte order mark or, as most of a configuration is ASCII, by zeros in all
/// places but one of each unit.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Some("UTF-16"),
        _ => {}
    }
    let sample = &bytes[..bytes.len().min(256)];
    let follows = |unit: usize, place: usize| {
        sample.len() >= 2 * unit
            && sample
                .chunks_exact(unit)
                .all(|chunk| chunk.iter().enumerate().all(|(index, &byte)| (byte != 0) == (index == place)))
    };
    if follows(4, 0) || follows(4, 3) {
        Some("UTF-32")
    } else if follows(2, 0) || follows(2, 1) {
        Some("UTF-16")
    } else {
        None
    }
}

/// Line and column of the place right after `before`, 1-based, columns in characters.
fn position(before: &[u8]) -> (u32, u32) {
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn read(path: &Path) -> FileReading {
        read_file(path, 1024)
    }

    fn fault(path: &Path) -> ReadFault {
        match read(path) {
            FileReading::Failed(fault) => fault,
            other => panic!("expected a fault, found {other:?}"),
        }
    }

    #[test]
    fn a_file_is_read_whole_with_its_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.toml");
        fs::write(&path, "port = 1").unwrap();
        let FileReading::Text(bytes, first) = read(&path) else { panic!() };
        assert_eq!(bytes, b"port = 1");
        assert_eq!(stamp(&path), Some(first.clone()));
        fs::write(&path, "port = 22").unwrap();
        assert_ne!(stamp(&path), Some(first));
        fs::write(&path, "").unwrap();
        assert!(matches!(read(&path), FileReading::Text(bytes, _) if bytes.is_empty()));
    }

    #[test]
    fn the_limit_is_inclusive() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.toml");
        fs::write(&path, vec![b'#'; 1024]).unwrap();
        assert!(matches!(read(&path), FileReading::Text(bytes, _) if bytes.len() == 1024));
        fs::write(&path, vec![b'#'; 1025]).unwrap();
        assert_eq!(fault(&path), ReadFault::TooLarge { limit: 1024, actual: 1025 });
        assert!(fault(&path).to_string().contains("raise `max_file_size`"));
        assert!(matches!(read_file(&path, u64::MAX), FileReading::Text(..)));
    }

    #[test]
    fn a_long_file_is_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.toml");
        for size in [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20] {
            let text: Vec<u8> = (0..size).map(|at| b'a' + (at % 23) as u8).collect();
            fs::write(&path, &text).unwrap();
            let FileReading::Text(bytes, _) = read_file(&path, size) else { panic!("{size}") };
            assert!(bytes == text, "{size}");
        }
    }

    #[test]
    fn absence_has_two_forms() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        assert!(matches!(read(&file), FileReading::Missing));
        assert_eq!(stamp(&file), None);
        fs::write(&file, "").unwrap();
        assert!(matches!(read(&file.join("below")), FileReading::Missing));
    }

    #[test]
    fn a_folder_is_not_a_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(fault(folder.path()), ReadFault::NotAFile(FileKind::Directory));
    }

    #[cfg(unix)]
    #[test]
    fn sockets_devices_fifos_and_loops_are_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert_eq!(fault(&socket), ReadFault::NotAFile(FileKind::Socket));
        assert_eq!(fault(Path::new("/dev/zero")), ReadFault::NotAFile(FileKind::Device));
        let circle = folder.path().join("circle");
        std::os::unix::fs::symlink("circle", &circle).unwrap();
        assert_eq!(fault(&circle), ReadFault::SymlinkLoop);
        let fifo = folder.path().join("fifo");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(fault(&fifo), ReadFault::NotAFile(FileKind::Fifo));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn files_that_the_kernel_makes_up_are_read() {
        for path in ["/proc/sys/kernel/ostype", "/sys/kernel/mm/transparent_hugepage/enabled"] {
            if Path::new(path).exists() {
                assert!(
                    matches!(read_file(Path::new(path), 1 << 20), FileReading::Text(bytes, _) if !bytes.is_empty())
                );
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_faults_of_the_system_are_transient() {
        let transient = |raw| match classify(&io::Error::from_raw_os_error(raw)) {
            FileReading::Failed(fault) => fault.is_transient(),
            _ => false,
        };
        for raw in [libc::EINTR, libc::EAGAIN, libc::ESTALE, libc::EIO] {
            assert!(transient(raw));
        }
        assert!(!transient(libc::EACCES) && !transient(libc::ELOOP) && !transient(libc::ENOENT));
    }

    #[test]
    fn a_writer_never_gets_a_torn_text_past_the_check() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.toml");
        let whole: Vec<Vec<u8>> = (0..2u8).map(|digit| vec![b'0' + digit; 60_000]).collect();
        fs::write(&path, &whole[0]).unwrap();
        let other = folder.path().join("next");
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut turn = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    turn += 1;
                    fs::write(&other, &whole[turn % 2]).unwrap();
                    fs::rename(&other, &path).unwrap();
                }
            });
            for _ in 0..300 {
                match read_file(&path, 1 << 20) {
                    FileReading::Text(bytes, _) => assert!(whole.contains(&bytes)),
                    FileReading::Unstable => {}
                    other => panic!("{other:?}"),
                }
            }
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    }

    /// A text is either that of one moment, or none: sooner or later a look meets the writer, and says so.
    #[test]
    fn a_file_that_is_written_while_it_is_read_is_no_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.toml");
        for grows in [true, false] {
            fs::write(&path, vec![b'#'; 1 << 20]).unwrap();
            let stop = std::sync::atomic::AtomicBool::new(false);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let mut file = OpenOptions::new().write(true).append(grows).open(&path).unwrap();
                    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                        io::Write::write_all(&mut file, b"#").unwrap();
                        if !grows {
                            io::Seek::rewind(&mut file).unwrap();
                        }
                    }
                });
                let deadline = std::time::Instant::now() + Duration::from_secs(20);
                let (mut is_met, mut is_whole) = (false, true);
                while !is_met && is_whole && std::time::Instant::now() < deadline {
                    match read_file(&path, 1 << 30) {
                        FileReading::Text(bytes, stamp) => is_whole = bytes.len() as u64 == stamp.size,
                        other => is_met = matches!(other, FileReading::Unstable),
                    }
                }
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
                assert!(is_whole, "half a file was taken for a whole one");
                assert!(is_met, "a writer was never met");
            });
        }
    }

    #[test]
    fn texts_lose_one_byte_order_mark() {
        assert_eq!(decode(b"a = 1".to_vec()).unwrap(), "a = 1");
        assert_eq!(decode(b"\xEF\xBB\xBFa".to_vec()).unwrap(), "a");
        assert_eq!(decode(b"\xEF\xBB\xBF\xEF\xBB\xBFa".to_vec()).unwrap(), "\u{FEFF}a");
        assert_eq!(decode(Vec::new()).unwrap(), "");
        assert_eq!(decode("grüße = \"日本\"".into()).unwrap(), "grüße = \"日本\"");
    }

    #[test]
    fn wider_encodings_are_named() {
        let utf16: Vec<u8> = "a = 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16_big: Vec<u8> = "a = 1".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf32: Vec<u8> = "a = 1".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        for bytes in [utf16, utf16_big, b"\xFF\xFEa\0".to_vec(), b"\xFE\xFF\0a".to_vec()] {
            let fault = decode(bytes).unwrap_err();
            assert_eq!(fault, EncodingFault::Wide("UTF-16"));
            assert_eq!(fault.to_string(), "the file is UTF-16, save it as UTF-8");
        }
        for bytes in [utf32, b"\xFF\xFE\0\0a\0\0\0".to_vec()] {
            assert_eq!(decode(bytes).unwrap_err(), EncodingFault::Wide("UTF-32"));
        }
    }

    #[test]
    fn faults_have_their_place_in_the_text() {
        assert_eq!(decode(b"a = 1\nb\0".to_vec()).unwrap_err(), EncodingFault::Nul { line: 2, column: 2 });
        assert_eq!(decode(vec![0; 40]).unwrap_err(), EncodingFault::Nul { line: 1, column: 1 });
        let latin = [b"a = 1\nb = \"".as_slice(), "ü".as_bytes(), b"\xFC\"\n"].concat();
        assert_eq!(decode(latin).unwrap_err(), EncodingFault::Invalid { offset: 13, line: 2, column: 7 });
        let marked = b"\xEF\xBB\xBF\xFF".to_vec();
        assert_eq!(decode(marked).unwrap_err(), EncodingFault::Invalid { offset: 3, line: 1, column: 1 });
    }
}
