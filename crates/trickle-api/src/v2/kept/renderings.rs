//! `/prompts/rendering`: how screens of the login page would be drawn.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Map, Value, json};
use trickle_store::Store;

use super::secrets;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    operation::{CURSOR, Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

/// Under which name the store keeps them, each as `prompt/screen`.
const SETTING: &str = "kept:/prompts/rendering";
/// Characters of a prompt or a screen.
const NAME_MAX_CHARS: usize = 64;
/// There are a hundred screens.
const MOST: usize = 500;
/// What a list can be narrowed by.
const NARROWED: &[&str] = &["prompt", "screen", "rendering_mode"];

pub(super) fn operations() -> Vec<Operation> {
    const ALL: &str = "/prompts/rendering";
    const ONE: &str = "/prompts/{prompt}/screen/{screen}/rendering";
    const READ: &[&str] = &["read:prompts"];
    const UPDATE: &[&str] = &["update:prompts"];
    let shape = Shape::Schema(|| json!({"type": "object"}));
    let says = "Keeps how a screen is drawn: it has no effect here";
    vec![
        Operation::get(ALL, READ, list)
            .says("Lists how screens are drawn: it has no effect here")
            .query(&[PAGES, CURSOR, NARROWED])
            .gives(Shape::Listed("configs", &super::operations::KEPT)),
        Operation::patch(ALL, UPDATE, change_some)
            .says("Keeps how screens are drawn: it has no effect here")
            .takes(shape)
            .gives(shape),
        Operation::get(ONE, READ, show)
            .says("Shows how a screen is drawn: it has no effect here")
            .gives(shape),
        Operation::patch(ONE, UPDATE, change)
            .says(says)
            .takes(shape)
            .gives(shape),
        Operation::put(ONE, UPDATE, change)
            .says(says)
            .takes(shape)
            .gives(shape),
    ]
}

fn name(prompt: &str, screen: &str) -> Result<String, Error> {
    let is_word = |text: &str| {
        (1..=NAME_MAX_CHARS).contains(&text.len())
            && text
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
    };
    match is_word(prompt) && is_word(screen) {
        true => Ok(format!("{prompt}/{screen}")),
        false => Err(Error::NotFound),
    }
}

fn usual() -> Value {
    json!({"rendering_mode": "standard", "head_tags": []})
}

async fn list(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let stored = store.setting(caller.tenant(), SETTING).await?;
    let stored = stored.into_iter().flatten();
    let all: Vec<Value> = stored
        .filter_map(|(name, mut rendering)| {
            let (prompt, screen) = name.split_once('/')?;
            rendering["prompt"] = prompt.into();
            rendering["screen"] = screen.into();
            Some(rendering)
        })
        .collect();
    let fits = |rendering: &Value| {
        NARROWED.iter().all(|name| {
            let wanted = query.get(name);
            wanted.is_none() || wanted == rendering[name].as_str()
        })
    };
    let all = all.into_iter().filter(fits).collect();
    paging.render_part("configs", all, ["prompt", "screen"])
}

async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path((prompt, screen)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let name = name(&prompt, &screen)?;
    let stored = store.setting(caller.tenant(), SETTING).await?;
    let rendering = stored.and_then(|mut stored| stored.remove(&name));
    Ok(Json(rendering.unwrap_or_else(usual)))
}

async fn change(
    caller: Bearer,
    State(store): State<Store>,
    Path((prompt, screen)): Path<(String, String)>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let name = name(&prompt, &screen)?;
    let given = Fields::new(body)?.rest();
    let stored = put(&caller, &store, vec![(name.clone(), given)]).await?;
    let rendering = stored.get(&name).cloned();
    Ok(Json(rendering.unwrap_or_else(usual)))
}

async fn change_some(
    caller: Bearer,
    State(store): State<Store>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let configs = match Fields::new(body)?.take("configs") {
        Some(Value::Array(configs)) => configs,
        Some(other) => return Err(wrong_type("configs", "array", &other)),
        None => {
            return Err(Error::Body("Missing required property: configs".to_owned()));
        }
    };
    let one = |config: &Value| {
        let mut fields = Fields::new(Body(config.clone()))?;
        let prompt = fields.required_text("prompt")?;
        let screen = fields.required_text("screen")?;
        Ok((name(&prompt, &screen)?, fields.rest()))
    };
    let given = configs.iter().map(one).collect::<Result<_, Error>>()?;
    put(&caller, &store, given).await?;
    Ok(Json(json!({"configs": configs})))
}

/// What is given of a screen replaces, `null` removes.
async fn put(
    caller: &Bearer,
    store: &Store,
    given: Vec<(String, Map<String, Value>)>,
) -> Result<Map<String, Value>, Error> {
    let mut fits = true;
    let stored = store.change_setting(caller.tenant(), SETTING, |stored| {
        let before = stored.clone();
        for (name, mut given) in given {
            secrets::forget(&mut given);
            if let Value::Object(rendering) = stored.entry(name).or_insert_with(usual) {
                rendering.extend(given);
                rendering.retain(|_, value| !value.is_null());
            }
        }
        fits = stored.len() <= MOST;
        if !fits {
            *stored = before;
        }
    });
    let stored = stored.await?;
    match fits {
        true => Ok(stored),
        false => Err(Error::Conflict(format!("There are {MOST} screens already"))),
    }
}
