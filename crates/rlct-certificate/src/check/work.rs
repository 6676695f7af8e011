//! Arithmetic that stops: every operation is paid for from one purse, what is kept from another.

use super::error::{Checked, entry, entry_mut, malformed};
use super::text::in_grammar;
use super::{CheckErrorKind, CheckLimits};
use crate::numbers::MAX_DIGITS;
use rlct_algebra::{Monomial, Polynomial, PolynomialError, Rational, SizeLimits, Variables};
use std::cell::Cell;
use std::collections::BTreeMap;

/// The most terms of a polynomial.
const MAX_TERMS: usize = 50_000;
/// The highest total degree.
pub const MAX_DEGREE: u64 = 100_000;
/// The most bits of a coefficient or another number.
const MAX_BITS: u64 = 8192;
/// The most words of four bytes that polynomials may take at one time.
const MAX_HELD: u64 = 150_000_000;
/// What a polynomial takes while a step is checked, in sizes of its own: it, and the copies in
/// which it is restricted and compared.
const COPIES: u64 = 3;

/// What is left of the work that the check may take, and the memory that polynomials take.
#[derive(Debug)]
pub(super) struct Work {
    left: Cell<u64>,
    held: Cell<u64>,
}

fn words(bits: u64) -> u64 {
    bits / 64 + 1
}

fn too_large<T>(message: impl Into<String>) -> Checked<T> {
    Err(CheckErrorKind::TooLarge(message.into()))
}

impl Work {
    pub(super) fn new(limits: &CheckLimits) -> Self {
        Self {
            left: Cell::new(limits.work),
            held: Cell::new(0),
        }
    }

    /// Pays for `amount` products of small numbers.
    pub(super) fn spend(&self, amount: u64) -> Checked<()> {
        match self.left.get().checked_sub(amount) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => too_large("the work for the check is spent"),
        }
    }

    /// The memory that is taken, to be handed to [`Work::release`] or [`Work::keep`] later.
    pub(super) fn held(&self) -> u64 {
        self.held.get()
    }

    /// Takes memory for so many words of four bytes.
    pub(super) fn hold(&self, words: u64) -> Checked<()> {
        let held = self.held.get().saturating_add(words);
        if held > MAX_HELD {
            return too_large("the polynomials need too much memory");
        }
        self.held.set(held);
        Ok(())
    }

    /// What was taken since is given back: its polynomials are gone.
    pub(super) fn release(&self, before: u64) {
        self.held.set(before.min(self.held.get()));
    }

    /// Of what was taken between two times the polynomials stay, without copies; all that was taken
    /// later is given back.
    pub(super) fn keep(&self, before: u64, after: u64) {
        self.held
            .set(before + after.saturating_sub(before) / COPIES);
    }

    /// Takes the memory of a polynomial that is one of many.
    pub(super) fn hold_polynomial(&self, p: Polynomial) -> Checked<Polynomial> {
        // a term: its coefficient, its degree and up to twelve exponents stand in one place
        let beyond = if p.dimension() > 12 { p.dimension() } else { 0 };
        let each = 24 + beyond as u64 + p.coefficient_bits() / 32;
        self.hold(COPIES * (16 + p.len() as u64 * each))?;
        Ok(p)
    }

    /// A copy of some polynomials, paid for.
    pub(super) fn copied(&self, list: &[Polynomial]) -> Checked<Vec<Polynomial>> {
        let copy = |p: &Polynomial| {
            self.pass(p)?;
            self.hold_polynomial(p.clone())
        };
        list.iter().map(copy).collect()
    }

    fn spend_products(&self, count: usize, width: usize, bits: u64) -> Checked<()> {
        let each = words(bits) * words(bits) + width as u64 / 8;
        self.spend((count as u64).saturating_mul(each))
    }

    /// Pays for one pass over the terms.
    pub(super) fn pass(&self, p: &Polynomial) -> Checked<()> {
        self.spend_products(p.len() + 1, p.dimension(), p.coefficient_bits())
    }

    /// Pays for work that takes as long as so many passes.
    pub(super) fn passes(&self, count: usize, p: &Polynomial) -> Checked<()> {
        self.spend_products(count * (p.len() + 1), p.dimension(), p.coefficient_bits())
    }

    /// A number from the certificate, or made of such, if it is not huge.
    pub(super) fn number(&self, x: &Rational) -> Checked<()> {
        self.spend(words(x.bits()).pow(2))?;
        if x.bits() > MAX_BITS {
            return too_large(format!("a number of more than {MAX_BITS} bits"));
        }
        Ok(())
    }

    fn bounded(p: Polynomial) -> Checked<Polynomial> {
        if p.len() > MAX_TERMS {
            return too_large(format!("a polynomial of more than {MAX_TERMS} terms"));
        }
        if p.degree() > MAX_DEGREE {
            return too_large(format!("a polynomial of degree above {MAX_DEGREE}"));
        }
        if p.coefficient_bits() > MAX_BITS {
            return too_large(format!("coefficients of more than {MAX_BITS} bits"));
        }
        Ok(p)
    }

    /// The polynomial that a text stands for.
    pub(super) fn parse(&self, text: &str, ring: &Variables, place: &str) -> Checked<Polynomial> {
        self.spend(text.len() as u64 * (1 + ring.len() as u64 / 8))?;
        if text.chars().any(char::is_control) {
            return malformed(format!("{place}: a control character in `{text:.120}`"));
        }
        let mut digits = 0;
        for c in text.bytes() {
            digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
            if digits > MAX_DIGITS {
                return too_large(format!("a number of more than {MAX_DIGITS} digits"));
            }
        }
        if let Err((byte, reason)) = in_grammar(text) {
            let column = text.char_indices().take_while(|(i, _)| *i < byte).count();
            return malformed(format!(
                "{place}: `{text:.120}`, character {column}: {reason}"
            ));
        }
        let limits = SizeLimits::default()
            .with_terms(MAX_TERMS)
            .with_work(1_000_000);
        let before = usize::try_from(self.left.get())
            .map_err(|_| CheckErrorKind::Malformed("the limit of the work is huge".to_string()))?;
        let mut left = before;
        let parsed = Polynomial::parse_within(text, ring, &limits, &mut left);
        self.spend(before.saturating_sub(left) as u64)?;
        let polynomial = parsed.map_err(|source| CheckErrorKind::Polynomial {
            place: place.to_string(),
            source,
        })?;
        Self::bounded(polynomial)
    }

    pub(super) fn parse_all(
        &self,
        texts: &[String],
        ring: &Variables,
        what: &str,
    ) -> Checked<Vec<Polynomial>> {
        let parse = |(i, text): (usize, &String)| {
            self.hold_polynomial(self.parse(text, ring, &format!("{what} {i}"))?)
        };
        texts.iter().enumerate().map(parse).collect()
    }

    pub(super) fn add(&self, p: &Polynomial, q: &Polynomial) -> Checked<Polynomial> {
        self.pass(p)?;
        self.pass(q)?;
        Self::bounded(p + q)
    }

    pub(super) fn sub(&self, p: &Polynomial, q: &Polynomial) -> Checked<Polynomial> {
        self.add(p, &-q)
    }

    pub(super) fn mul(&self, p: &Polynomial, q: &Polynomial) -> Checked<Polynomial> {
        self.pass(p)?;
        self.pass(q)?;
        let longer = 64 * p.denominator_words(q) as u64;
        let bits = p.coefficient_bits() + q.coefficient_bits() + longer;
        self.spend_products(p.len().saturating_mul(q.len()), p.dimension(), bits)?;
        let limits = SizeLimits::default()
            .with_terms(MAX_TERMS)
            .with_work(usize::MAX);
        Self::bounded(p.checked_mul(q, &limits).map_err(|e| arithmetic(&e))?)
    }

    /// p^n by repeated squaring; intermediate powers are bounded as the result is.
    pub(super) fn pow(&self, p: &Polynomial, n: u32) -> Checked<Polynomial> {
        let mut result = Polynomial::constant(p.variables(), Rational::ONE);
        let (mut base, mut n) = (p.clone(), n);
        while n > 0 {
            if n & 1 == 1 {
                result = self.mul(&result, &base)?;
            }
            n >>= 1;
            if n > 0 {
                base = self.mul(&base, &base)?;
            }
        }
        Ok(result)
    }

    /// The partial derivative by variable `i`.
    pub(super) fn derivative(&self, p: &Polynomial, i: usize) -> Checked<Polynomial> {
        self.map_terms(p, p.variables(), |exponents, c| {
            let mut lowered = exponents.to_vec();
            let slot = entry_mut(&mut lowered, i)?;
            let e = *slot;
            // a term without the variable gets the coefficient 0
            *slot = e.saturating_sub(1);
            Ok((lowered, c * Rational::from(e)))
        })
    }

    /// The polynomial in `ring` with every term replaced.
    pub(super) fn map_terms(
        &self,
        p: &Polynomial,
        ring: &Variables,
        mut image: impl FnMut(&[u32], &Rational) -> Checked<(Vec<u32>, Rational)>,
    ) -> Checked<Polynomial> {
        self.passes(3, p)?;
        let mut terms = Vec::with_capacity(p.len());
        for (exponents, c) in p.terms() {
            let (exponents, c) = image(exponents, c)?;
            if exponents.len() != ring.len() {
                return malformed("the number of variables differs");
            }
            terms.push((Monomial::new(&exponents), c));
        }
        Self::bounded(Polynomial::from_terms(ring, terms))
    }

    /// x^n for a number of bounded size.
    pub(super) fn power(&self, x: &Rational, n: u32) -> Checked<Rational> {
        if x.is_zero() || x.abs().is_one() {
            return Ok(x.pow(n));
        }
        let bits = x.bits().saturating_mul(n.into());
        if bits > 2 * MAX_BITS {
            return too_large(format!("a number of more than {MAX_BITS} bits"));
        }
        self.spend(words(bits) * words(bits))?;
        Ok(x.pow(n))
    }

    /// 1/x; that x is 0 is an error.
    pub(super) fn inverse(&self, x: &Rational) -> Checked<Rational> {
        self.spend(words(x.bits()))?;
        x.recip()
            .ok_or_else(|| CheckErrorKind::Malformed("a division by 0".to_string()))
    }

    /// The homogeneous substitution D^e·p(w_i = N/D), where e ≥ the degree of p in w_i.
    pub(super) fn substitute(
        &self,
        p: &Polynomial,
        i: usize,
        (numerator, denominator): (&Polynomial, &Polynomial),
        e: u32,
    ) -> Checked<Polynomial> {
        self.pass(p)?;
        let mut by_exponent: BTreeMap<u32, Vec<(Monomial, Rational)>> = BTreeMap::new();
        for (exponents, c) in p.terms() {
            let mut rest = exponents.to_vec();
            let k = std::mem::take(entry_mut(&mut rest, i)?);
            let term = (Monomial::new(&rest), c.clone());
            by_exponent.entry(k).or_default().push(term);
        }
        let ring = p.variables();
        let mut result = Polynomial::zero(ring);
        for (k, terms) in by_exponent {
            let coefficient = Polynomial::from_terms(ring, terms);
            let above = self.mul(&coefficient, &self.pow(numerator, k)?)?;
            let Some(left) = e.checked_sub(k) else {
                return malformed("a substitution of too low a degree");
            };
            let below = self.pow(denominator, left)?;
            result = self.add(&result, &self.mul(&above, &below)?)?;
        }
        Ok(result)
    }

    /// The rank of a matrix over ℚ, by elimination.
    pub(super) fn rank(&self, mut rows: Vec<Vec<Rational>>) -> Checked<usize> {
        let mut rank = 0;
        while let Some(row) = rows.pop() {
            let Some(pivot) = row.iter().position(|x| !x.is_zero()) else {
                continue;
            };
            rank += 1;
            let inverse = self.inverse(entry(&row, pivot, "column")?)?;
            for other in &mut rows {
                self.spend(1)?;
                let factor = entry(other, pivot, "column")? * &inverse;
                if factor.is_zero() {
                    continue;
                }
                for (x, y) in other.iter_mut().zip(&row) {
                    self.spend(words(factor.bits() + y.bits()).pow(2))?;
                    *x -= &factor * y;
                    self.number(x)?;
                }
            }
        }
        Ok(rank)
    }
}

fn arithmetic(error: &PolynomialError) -> CheckErrorKind {
    CheckErrorKind::TooLarge(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_arithmetic_stops() {
        let work = Work::new(&CheckLimits::default());
        let ring = Variables::new(["x", "y"]).unwrap();
        let texts = [
            "(x + y)^4000000000".to_string(),
            "((x + 1)^999)^999".to_string(),
            "2^4000000000".to_string(),
            "((2^9999)^9999)^9999".to_string(),
            "x^4000000000*x^4000000000".to_string(),
            "x^100001".to_string(),
            "7".repeat(100_000),
            format!("x{}", "*(x+y+1)^9".repeat(10_000)),
            format!("1{}", "*3^5000".repeat(10_000)),
            format!("{}x{}", "(".repeat(10_000), ")".repeat(10_000)),
            format!("x{}", "/3".repeat(100_000)),
        ];
        for text in texts {
            assert!(work.parse(&text, &ring, "it").is_err(), "{text:.40}");
        }
        let x = work.parse("x", &ring, "it").unwrap();
        assert!(work.pow(&x, u32::MAX).is_err());
        assert!(work.power(&Rational::from(3), u32::MAX).is_err());
        assert_eq!(
            work.power(&Rational::from(-1), u32::MAX),
            Ok(Rational::from(-1))
        );
    }

    #[test]
    fn ranks() {
        let work = Work::new(&CheckLimits::default());
        let row = |row: [i64; 3]| row.map(Rational::from).to_vec();
        let rank = |rows: &[[i64; 3]]| work.rank(rows.iter().map(|r| row(*r)).collect()).unwrap();
        assert_eq!(rank(&[]), 0);
        assert_eq!(rank(&[[0, 0, 0], [1, 2, 3], [2, 4, 6]]), 1);
        assert_eq!(rank(&[[0, 1, 0], [1, 0, 0], [1, 1, 0]]), 2);
        assert_eq!(rank(&[[0, 1, 1], [1, 0, 1], [1, 1, 0]]), 3);
    }

    #[test]
    fn substitution_is_homogeneous() {
        let work = Work::new(&CheckLimits::default());
        let ring = Variables::new(["x", "y"]).unwrap();
        let p = |text: &str| work.parse(text, &ring, "it").unwrap();
        // x = (y − 1)/(y + 2) in x² + x·y, times (y + 2)³
        let image = work
            .substitute(&p("x^2 + x*y"), 0, (&p("y - 1"), &p("y + 2")), 3)
            .unwrap();
        assert_eq!(image, p("(y-1)^2*(y+2) + (y-1)*(y+2)^2*y"));
    }
}
