//! Colours as tenants write them, and whether they can be read.

use serde_json::Value;

/// WCAG 2.2 §1.4.3: text of usual size.
pub(super) const CONTRAST: f64 = 4.5;
pub(super) const WHITE: Colour = Colour(255, 255, 255);

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

/// A colour that lets something through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shade {
    colour: Colour,
    /// 255 lets nothing through.
    alpha: u8,
}

/// What is behind the cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    Plain(Shade),
    /// `{"type":"linear-gradient","start":"#0059d6","end":"#fff","angle_deg":35}`.
    Gradient {
        start: Shade,
        end: Shade,
        degrees: u16,
    },
}

impl Shade {
    /// `#rgb`, `#rrggbb` or `#rrggbbaa`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if !digits.bytes().all(|c| c.is_ascii_hexdigit()) {
            return None;
        }
        let long: String = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit; 2]).collect(),
            6 | 8 => digits.to_owned(),
            _ => return None,
        };
        let part = |at: usize| u8::from_str_radix(long.get(at..at + 2)?, 16).ok();
        Some(Self {
            colour: Colour(part(0)?, part(2)?, part(4)?),
            alpha: part(6).unwrap_or(255),
        })
    }

    /// As it is seen on a ground.
    pub(super) fn over(self, ground: Colour) -> Colour {
        let alpha = u16::from(self.alpha);
        let mixed = |own: u8, behind: u8| {
            let sum = u16::from(own) * alpha + u16::from(behind) * (255 - alpha);
            u8::try_from(sum / 255).expect("it lies between two bytes")
        };
        let Colour(red, green, blue) = self.colour;
        Colour(
            mixed(red, ground.0),
            mixed(green, ground.1),
            mixed(blue, ground.2),
        )
    }
}

impl Ground {
    /// Nothing of what is neither a colour nor a gradient of two.
    pub(super) fn parse(value: &Value) -> Option<Self> {
        if let Some(text) = value.as_str() {
            return Shade::parse(text).map(Self::Plain);
        }
        if value.get("type")? != "linear-gradient" {
            return None;
        }
        let shade = |name: &str| Shade::parse(value.get(name)?.as_str()?);
        let angle = value.get("angle_deg").and_then(Value::as_f64);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it lies between 0 and 360"
        )]
        let degrees = angle.unwrap_or_default().rem_euclid(360.0).round() as u16;
        Some(Self::Gradient {
            start: shade("start")?,
            end: shade("end")?,
            degrees,
        })
    }

    /// On white, as a value of CSS.
    pub(super) fn css(self) -> String {
        match self {
            Self::Plain(shade) => shade.over(WHITE).css(),
            Self::Gradient {
                start,
                end,
                degrees,
            } => {
                let [start, end] = [start, end].map(|shade| shade.over(WHITE).css());
                format!("linear-gradient({degrees}deg,{start},{end})")
            }
        }
    }
}

impl Colour {
    pub(super) fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(self) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(self.0) + 0.7152 * part(self.1) + 0.0722 * part(self.2)
    }

    pub(super) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Text on this colour: white or nearly black, whichever is read better.
    pub(super) fn ink(self) -> Self {
        let black = Self(0x0c, 0x17, 0x23);
        if self.contrast(WHITE) >= self.contrast(black) {
            WHITE
        } else {
            black
        }
    }

    /// This colour, lighter or darker where links in it could not be read on `ground`.
    pub(super) fn readable_on(self, ground: Self) -> Self {
        let towards = if ground.luminance() < 0.5 { 255 } else { 0 };
        let mut colour = self;
        for _ in 0..20 {
            if colour.contrast(ground) >= CONTRAST {
                break;
            }
            let step = |value: u8| {
                let value = i16::from(value);
                let moved = value + (towards - value) / 8 + (towards - value).signum();
                u8::try_from(moved).expect("it lies between two bytes")
            };
            colour = Self(step(colour.0), step(colour.1), step(colour.2));
        }
        colour
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn colours_have_three_six_or_eight_digits() {
        for (text, seen) in [
            ("#abc", "#aabbcc"),
            ("#AABBCC", "#aabbcc"),
            ("#00000080", "#7f7f7f"),
            ("#12345600", "#ffffff"),
            ("#123456ff", "#123456"),
        ] {
            let shade = Shade::parse(text).unwrap();
            assert_eq!(shade.over(WHITE).css(), seen, "{text}");
        }
        for text in [
            "", "abc", "#ab", "#abcd", "#abcde", "#12345g", "#+12345", "#äa", "red",
        ] {
            assert_eq!(Shade::parse(text), None, "{text}");
        }
    }

    #[test]
    fn gradients_are_of_two_colours() {
        let with = |angle: Value| {
            let value = json!({
                "type": "linear-gradient", "start": "#FF000D", "end": "#fff", "angle_deg": angle,
            });
            Ground::parse(&value).map(Ground::css)
        };
        for (angle, degrees) in [
            (json!(35), 35),
            (json!(-90), 270),
            (json!(359.9), 360),
            (json!(1e30), 16),
            (json!(null), 0),
            (json!("35deg"), 0),
        ] {
            let css = format!("linear-gradient({degrees}deg,#ff000d,#ffffff)");
            assert_eq!(with(angle.clone()), Some(css), "{angle}");
        }
        for value in [
            json!({"type": "linear-gradient", "start": "#fff"}),
            json!({"type": "linear-gradient", "start": "#fff", "end": "red;}"}),
            json!({"type": "url(x)", "start": "#fff", "end": "#fff"}),
            json!(["#fff"]),
        ] {
            assert_eq!(Ground::parse(&value), None, "{value}");
        }
    }
}
