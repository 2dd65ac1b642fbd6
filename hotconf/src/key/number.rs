//! Numbers as types, which tell the fields of a struct apart.
//!
//! A constant as an argument of a type would do the same, but is one more body for the compiler at each place where it is
//! written.

/// A number that is a type.
pub trait Number: 'static {
    /// The number.
    const NUMBER: usize;
}

/// How many numbers have a type of their own.
const BASE: usize = 32;

/// A number of more than one digit.
#[derive(Clone, Copy)]
pub struct Digits<High, Low>(pub High, pub Low);

impl<High: Number, Low: Number> Number for Digits<High, Low> {
    const NUMBER: usize = High::NUMBER * BASE + Low::NUMBER;
}

macro_rules! digits {
    ($($name:ident = $number:literal)*) => {
        $(
            #[doc = concat!("The number ", $number, ".")]
            #[derive(Clone, Copy)]
            pub struct $name;

            impl Number for $name {
                const NUMBER: usize = $number;
            }
        )*
    };
}

digits! {
    N0 = 0 N1 = 1 N2 = 2 N3 = 3 N4 = 4 N5 = 5 N6 = 6 N7 = 7
    N8 = 8 N9 = 9 N10 = 10 N11 = 11 N12 = 12 N13 = 13 N14 = 14 N15 = 15
    N16 = 16 N17 = 17 N18 = 18 N19 = 19 N20 = 20 N21 = 21 N22 = 22 N23 = 23
    N24 = 24 N25 = 25 N26 = 26 N27 = 27 N28 = 28 N29 = 29 N30 = 30 N31 = 31
}
