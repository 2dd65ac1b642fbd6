//! Typed keys, and the compile-time paths they carry.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::number::Number;
use super::{KeyPath, OptionalKey, needs_quotes};

/// A typed key: where a value of type `T` stands in a configuration of type `C`, and how to read it there.
///
/// Keys come from `keys()`, which the derive gives to every configuration struct. They are `Copy`, can be made in a
/// `const`, and cost no allocation. A section is a key too: wherever a key is taken, the section's own key struct
/// or a reference to it will do.
///
/// ```
/// use hotconf::{HotConfig, Key};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     server: Server,
/// }
///
/// #[derive(HotConfig)]
/// struct Server {
///     #[hot(default = 8000)]
///     port: u16,
/// }
///
/// const PORT: Key<AppConfig, u16> = AppConfig::keys().server.port;
/// assert_eq!(PORT.path(), "server.port");
/// assert_eq!(*PORT.get(&AppConfig { server: Server { port: 80 } }), 80);
/// ```
pub struct Key<C: 'static, T: 'static> {
    path: &'static str,
    get: fn(&C) -> &T,
}

impl<C, T> Key<C, T> {
    /// The dotted path, with the names that sources use (after `rename` and `rename_all`).
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The value in `configuration`: a plain field access. A `Snapshot` or a guard may be given by reference.
    #[must_use]
    pub fn get<'c>(&self, configuration: &'c C) -> &'c T {
        (self.get)(configuration)
    }
}

impl<C, T> Clone for Key<C, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C, T> Copy for Key<C, T> {}

/// Keys of one type are equal where their paths are.
impl<C, T> PartialEq for Key<C, T> {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl<C, T> Eq for Key<C, T> {}

impl<C, T> Hash for Key<C, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.path.hash(state);
    }
}

impl<C, T> fmt::Debug for Key<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.path)
    }
}

impl<C, T> fmt::Display for Key<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path)
    }
}

/// What can be used as a typed key of the configuration `C`: a [`Key`], a section's key struct, or a reference to
/// either. Implemented by the derive; there is no need to implement it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of `{C}`",
    label = "expected a key from `{C}::keys()`",
    note = "keys come from the root's `keys()`; a key of another configuration, or a string, cannot be used here"
)]
pub trait AsKey<C: 'static> {
    /// The type of the value at this key.
    type Value: 'static;

    /// What sort of key it is: a [`Key`], or an [`OptionalKey`] whose value may be absent.
    type Key: TypedKey<C, Value = Self::Value>;

    /// The key itself.
    fn as_key(&self) -> Self::Key;
}

/// A [`Key`] or an [`OptionalKey`]: what can be asked of either. There is no need to implement it by hand.
pub trait TypedKey<C: 'static>: ToKeyPath<C> + Clone + Send + Sync + 'static {
    /// The type of the value at this key.
    type Value: 'static;

    /// What reading gives: a reference or, where the value may be absent, an `Option` of one.
    type Found<'c>: Copy;

    /// The value in `configuration`.
    fn find<'c>(&self, configuration: &'c C) -> Self::Found<'c>;

    /// The same key as one whose value may be absent.
    fn to_optional(&self) -> OptionalKey<C, Self::Value>;
}

/// What a key of the sort `K` gives when it is read: `&V` for a [`Key`] of `V`, `Option<&V>` for an [`OptionalKey`].
pub type Found<'c, C, K> = <<K as AsKey<C>>::Key as TypedKey<C>>::Found<'c>;

impl<C: 'static, T: 'static> TypedKey<C> for Key<C, T> {
    type Value = T;
    type Found<'c> = &'c T;

    fn find<'c>(&self, configuration: &'c C) -> &'c T {
        self.get(configuration)
    }

    fn to_optional(&self) -> OptionalKey<C, T> {
        OptionalKey::from(*self)
    }
}

impl<C: 'static, T: 'static> AsKey<C> for Key<C, T> {
    type Value = T;
    type Key = Self;

    fn as_key(&self) -> Key<C, T> {
        *self
    }
}

impl<C: 'static, K: AsKey<C> + ?Sized> AsKey<C> for &K {
    type Value = K::Value;
    type Key = K::Key;

    fn as_key(&self) -> K::Key {
        (**self).as_key()
    }
}

/// What names a place in the configuration `C`: a typed key, or a dotted path as text.
pub trait ToKeyPath<C: 'static> {
    /// The dotted path.
    fn to_key_path(&self) -> KeyPath;
}

impl<C: 'static, T: 'static> ToKeyPath<C> for Key<C, T> {
    fn to_key_path(&self) -> KeyPath {
        KeyPath::parse(self.path)
    }
}

impl<C: 'static> ToKeyPath<C> for str {
    fn to_key_path(&self) -> KeyPath {
        KeyPath::parse(self)
    }
}

impl<C: 'static> ToKeyPath<C> for String {
    fn to_key_path(&self) -> KeyPath {
        KeyPath::parse(self)
    }
}

impl<C: 'static> ToKeyPath<C> for KeyPath {
    fn to_key_path(&self) -> KeyPath {
        self.clone()
    }
}

impl<C: 'static, K: ToKeyPath<C> + ?Sized> ToKeyPath<C> for &K {
    fn to_key_path(&self) -> KeyPath {
        (**self).to_key_path()
    }
}

/// The longest path, in bytes, that a typed key can have; a longer one is refused when the program is compiled.
const LONGEST_PATH: usize = 256;

/// A way from a configuration to one of its values, known at compile time: steps from field to field, so that a [`Key`]
/// in the end is a path and a function pointer.
pub trait Lens<C: 'static>: 'static {
    /// The type of the value this leads to.
    type To: 'static;
    /// The path from the root.
    const PATH: &'static Path;
    /// Follows the way.
    fn get(configuration: &C) -> &Self::To;
}

/// The lens that stands still: from a configuration to itself.
pub struct Root<C>(PhantomData<fn(&C)>);

impl<C: 'static> Lens<C> for Root<C> {
    type To = C;
    const PATH: &'static Path = &Path::ROOT;

    fn get(configuration: &C) -> &C {
        configuration
    }
}

/// The names of a struct's fields that have keys, in the order of their numbers; none for one that is flattened.
pub trait FieldNames {
    /// The names.
    const NAMES: &'static [Option<&'static str>];
}

/// The field of a struct that has the number `N`, and the type `T`: all that the derive writes for each field, because
/// every item costs the compiler of the program time.
pub trait FieldAt<N, T> {
    /// The field.
    fn field(&self) -> &T;
}

/// The lens that goes on from where `L` leads to, into the field there that has the number `N`.
pub struct Step<L, N, T>(PhantomData<(L, N, T)>);

impl<C: 'static, L, N: Number, T: 'static> Lens<C> for Step<L, N, T>
where
    L: Lens<C, To: FieldAt<N, T> + FieldNames>,
{
    type To = T;
    const PATH: &'static Path = &Path::join(L::PATH, <L::To as FieldNames>::NAMES[N::NUMBER]);

    #[inline]
    fn get(configuration: &C) -> &T {
        L::get(configuration).field()
    }
}

/// Makes the keys of a struct, which a lens leads to, field by field. The types are inferred from the struct of keys.
pub struct Maker<C, L>(PhantomData<fn(C) -> L>);

impl<C: 'static, L: Lens<C>> Maker<C, L> {
    /// The key, or the keys, of the field with this number.
    #[must_use]
    pub const fn at<K: MakeKeys<C, Step<L, N, T>>, N: Copy, T>(_: N) -> K {
        K::KEYS
    }

    /// The key of the struct itself.
    #[must_use]
    pub const fn whole() -> Key<C, L::To> {
        <Key<C, L::To> as MakeKeys<C, L>>::KEYS
    }
}

/// The keys of a configuration. They are computed where they are used; written out in the program they would be each time
/// that it is checked.
#[must_use]
pub const fn keys_at_root<C: 'static, K: MakeKeys<C, Root<C>>>() -> K {
    K::KEYS
}

/// Makes the key, or the struct of keys, that a lens leads to.
pub trait MakeKeys<C: 'static, L>: Sized {
    /// The keys.
    const KEYS: Self;
}

impl<C: 'static, T: 'static, L: Lens<C, To = T>> MakeKeys<C, L> for Key<C, T> {
    const KEYS: Self = Key { path: L::PATH.as_str(), get: L::get };
}

/// A dotted path put together at compile time.
pub struct Path {
    bytes: [u8; LONGEST_PATH],
    length: usize,
}

impl Path {
    pub(super) const ROOT: Self = Self { bytes: [0; LONGEST_PATH], length: 0 };

    /// The path of `segment` beneath `parent`, or that of the parent.
    #[must_use]
    pub const fn join(parent: &Path, segment: Option<&str>) -> Self {
        let mut path = Self { bytes: parent.bytes, length: parent.length };
        let Some(segment) = segment else { return path };
        if path.length > 0 {
            path.push(b'.');
        }
        let segment = segment.as_bytes();
        let quoted = needs_quotes(segment);
        if quoted {
            path.push(b'"');
        }
        let mut i = 0;
        while i < segment.len() {
            if matches!(segment[i], b'"' | b'\\') {
                path.push(b'\\');
            }
            path.push(segment[i]);
            i += 1;
        }
        if quoted {
            path.push(b'"');
        }
        path
    }

    const fn push(&mut self, byte: u8) {
        assert!(self.length < LONGEST_PATH, "hotconf: the path of this key is longer than 256 bytes");
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    /// The path as text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("segments are text, and are copied whole"),
        }
    }
}
