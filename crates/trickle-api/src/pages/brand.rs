//! The tenant's look: its name, logo and colours, from its settings.

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};
use trickle_engine::{Engine, EngineError, tenant_title};
use trickle_model::origin_of;
use trickle_store::Tenant;

use super::colour::{Colour, Ground, Shade, WHITE};
use crate::host::Site;

/// Ground of cards in the dark, as `style.css` has it.
const DARK_CARD: Colour = Colour(0x1b, 0x22, 0x2b);

/// How a tenant shows itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Brand {
    /// Empty where the tenant has none that people know.
    pub(super) name: String,
    pub(super) logo: Option<String>,
    primary: Option<Shade>,
    ground: Option<Ground>,
}

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
        let colour = |key: &str| branding.get("colors")?.get(key);
        let primary = colour("primary").and_then(Value::as_str);
        let logo = text(branding, "logo_url").or_else(|| text(settings, "picture_url"));
        Self {
            name: tenant_title(name, settings).unwrap_or_default(),
            logo: logo.filter(|url| url.starts_with("https://") && origin_of(url).is_some()),
            primary: primary.and_then(Shade::parse),
            ground: colour("page_background").and_then(Ground::parse),
        }
    }

    fn css(&self) -> String {
        let mut light = String::new();
        let mut dark = String::new();
        if let Some(primary) = self.primary {
            let accent = primary.over(WHITE).readable_on(WHITE);
            let _ = write!(
                light,
                "--accent:{};--accent-ink:{};",
                accent.css(),
                accent.ink().css()
            );
            let accent = primary.over(DARK_CARD).readable_on(DARK_CARD);
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
    use crate::pages::colour::CONTRAST;

    fn brand(branding: &Value) -> Brand {
        Brand::read("acme", branding.as_object().unwrap(), &Map::new())
    }

    #[test]
    fn only_colours_become_style() {
        let css = brand(
            &json!({"colors": {"primary": "red;}body{display:none", "page_background": "#12345g"}}),
        )
        .css();
        assert_eq!(css, brand(&json!({})).css());
        let css = brand(&json!({"colors": {"page_background": "#aabbcc"}})).css();
        assert!(css.starts_with(":root{--ground:#aabbcc;}"), "{css}");
        let gradient =
            json!({"type": "linear-gradient", "start": "#abc", "end": "#fff", "angle_deg": 35});
        let css = brand(&json!({"colors": {"page_background": gradient}})).css();
        let ground = ":root{--ground:linear-gradient(35deg,#aabbcc,#ffffff);}";
        assert!(css.starts_with(ground), "{css}");
    }

    #[test]
    fn every_primary_colour_can_be_read_on_both_grounds() {
        for text in [
            "#ffff00",
            "#000000",
            "#0059d6",
            "#ff0000",
            "#888",
            "#ffffff",
            "#0059d620",
        ] {
            let shade = Shade::parse(text).unwrap();
            for ground in [WHITE, DARK_CARD] {
                let accent = shade.over(ground).readable_on(ground);
                assert!(accent.contrast(ground) >= CONTRAST, "{text} on {ground:?}");
                assert!(accent.contrast(accent.ink()) >= CONTRAST, "{text}");
            }
        }
    }

    #[test]
    fn logos_are_images_from_https() {
        let with = |url: &str| brand(&json!({"logo_url": url})).logo;
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
