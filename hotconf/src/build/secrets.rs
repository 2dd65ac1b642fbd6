//! Types that are secrets wherever they stand: those of secrecy.

use secrecy::zeroize::Zeroize;
use secrecy::{SecretBox, SecretSlice, SecretString};

use super::{Build, ConfigValue, EmptyValue, Input};
use crate::key::Key;
use crate::schema::Shape;

impl Build<'_> {
    /// What is read here is shown in no problem.
    fn in_secret<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let outside = std::mem::replace(&mut self.secret, true);
        let value = read(self);
        self.secret = outside;
        value
    }
}

/// Implements both traits for a secret that is read as another type, and made from it.
macro_rules! secrets {
    ($([$($bounds:tt)*] [$($wheres:tt)*] $secret:ty: $inner:ty, $new:expr;)*) => {$(
        impl<$($bounds)*> ConfigValue for $secret $($wheres)* {
            type Keys<C: 'static> = Key<C, Self>;

            const SHAPE: Shape = <$inner>::SHAPE;

            const IS_SECRET: bool = true;

            fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self> {
                build.in_secret(|build| <$inner>::build(input, build)).map($new)
            }
        }
    )*};
}

secrets! {
    [] [] SecretString: String, |value: String| Self::from(value);
    [T: ConfigValue + Zeroize] [where [T]: Zeroize] SecretSlice<T>: Vec<T>, |value: Vec<T>| Self::from(value);
    [T: ConfigValue + Zeroize] [] SecretBox<T>: T, |value| Self::new(Box::new(value));
}

impl EmptyValue for SecretString {
    fn empty(_: &mut Build<'_>) -> Option<Self> {
        Some(Self::default())
    }
}

impl<T: ConfigValue + Zeroize> EmptyValue for SecretSlice<T>
where
    [T]: Zeroize,
{
    fn empty(_: &mut Build<'_>) -> Option<Self> {
        Some(Self::default())
    }
}

impl<T: EmptyValue + Zeroize> EmptyValue for SecretBox<T> {
    fn empty(build: &mut Build<'_>) -> Option<Self> {
        T::empty(build).map(|value| Self::new(Box::new(value)))
    }
}
