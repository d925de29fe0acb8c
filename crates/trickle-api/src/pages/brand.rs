//! The tenant's look: its name, logo and colours, from its settings.

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};
use trickle_engine::{Engine, EngineError, tenant_title};
use trickle_store::Tenant;

use crate::{auth::authorize::origin_of, host::Site};

/// Ground of cards in the dark, as `style.css` has it.
const DARK_CARD: Colour = Colour(0x1b, 0x22, 0x2b);
/// WCAG 2.2 §1.4.3: text of usual size.
const CONTRAST: f64 = 4.5;

/// How a tenant shows itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Brand {
    /// Empty where the tenant has none that people know.
    pub(super) name: String,
    pub(super) logo: Option<String>,
    primary: Option<Colour>,
    ground: Option<Colour>,
}

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Colour(u8, u8, u8);

impl Brand {
    /// Settings `branding` (`colors.primary`, `colors.page_background`, `logo_url`) and `tenant` (`friendly_name`, `picture_url`).
    pub(super) async fn of(engine: &Engine, tenant: &Tenant) -> Result<Self, EngineError> {
        let branding = engine.stored_setting(&tenant.id, "branding").await?;
        let settings = engine.stored_setting(&tenant.id, "tenant").await?;
        Ok(Self::read(
            &tenant.name,
            &branding.unwrap_or_default(),
            &settings.unwrap_or_default(),
        ))
    }

    fn read(name: &str, branding: &Map<String, Value>, settings: &Map<String, Value>) -> Self {
        let text = |map: &Map<String, Value>, key: &str| {
            let text = map.get(key).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let colour = |key: &str| {
            let text = branding.get("colors")?.get(key)?.as_str()?;
            Colour::parse(text)
        };
        let logo = text(branding, "logo_url").or_else(|| text(settings, "picture_url"));
        Self {
            name: tenant_title(name, settings).unwrap_or_default(),
            logo: logo.filter(|url| url.starts_with("https://") && origin_of(url).is_some()),
            primary: colour("primary"),
            ground: colour("page_background"),
        }
    }

    fn css(&self) -> String {
        let mut light = String::new();
        let mut dark = String::new();
        if let Some(primary) = self.primary {
            let accent = primary.readable_on(Colour(255, 255, 255));
            let _ = write!(
                light,
                "--accent:{};--accent-ink:{};",
                accent.css(),
                accent.ink().css()
            );
            let accent = primary.readable_on(DARK_CARD);
            let _ = write!(
                dark,
                "--accent:{};--accent-ink:{};",
                accent.css(),
                accent.ink().css()
            );
        }
        if let Some(ground) = self.ground {
            let _ = write!(light, "--ground:{};", ground.css());
        }
        format!(
            ":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{--ground:#11161c;{dark}}}}}\n"
        )
    }
}

impl Colour {
    /// `#rrggbb`.
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let part = |range| u8::from_str_radix(digits.get(range)?, 16).ok();
        Some(Self(part(0..2)?, part(2..4)?, part(4..6)?))
    }

    fn css(self) -> String {
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

    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Text on this colour: white or nearly black, whichever is read better.
    fn ink(self) -> Self {
        let (white, black) = (Self(255, 255, 255), Self(0x0c, 0x17, 0x23));
        if self.contrast(white) >= self.contrast(black) {
            white
        } else {
            black
        }
    }

    /// This colour, lighter or darker where links in it could not be read on `ground`.
    fn readable_on(self, ground: Self) -> Self {
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

/// `GET /u/theme.css`.
pub(super) async fn theme(site: Site, State(engine): State<Engine>) -> Response {
    match Brand::of(&engine, &site.tenant).await {
        Ok(brand) => {
            let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
            (kind, brand.css()).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn brand(branding: Value) -> Brand {
        Brand::read("acme", branding.as_object().unwrap(), &Map::new())
    }

    #[test]
    fn only_colours_become_style() {
        let css = brand(
            json!({"colors": {"primary": "red;}body{display:none", "page_background": "#12345g"}}),
        )
        .css();
        assert_eq!(css, brand(json!({})).css());
        let css = brand(json!({"colors": {"page_background": "#aabbcc"}})).css();
        assert!(css.starts_with(":root{--ground:#aabbcc;}"), "{css}");
    }

    #[test]
    fn every_primary_colour_can_be_read_on_both_grounds() {
        for text in [
            "#ffff00", "#000000", "#0059d6", "#ff0000", "#808080", "#ffffff",
        ] {
            let colour = Colour::parse(text).unwrap();
            for ground in [Colour(255, 255, 255), DARK_CARD] {
                let accent = colour.readable_on(ground);
                assert!(accent.contrast(ground) >= CONTRAST, "{text} on {ground:?}");
                assert!(accent.contrast(accent.ink()) >= CONTRAST, "{text}");
            }
        }
    }

    #[test]
    fn logos_are_images_from_https() {
        let with = |url: &str| brand(json!({"logo_url": url})).logo;
        assert!(with("https://cdn.test/logo.svg").is_some());
        for url in [
            "http://cdn.test/x",
            "data:image/svg+xml,x",
            "https://",
            "javascript:x",
        ] {
            assert_eq!(with(url), None, "{url}");
        }
    }
}
