//! By what name debuggers know the script: its file, where editors look for it.

use std::path::Path;

use regex::Regex;
use serde_json::Value;
use trickle_model::Action;
use url::Url;

/// The name that the script is compiled with, and the one that debuggers see.
pub struct Names {
    compiled: String,
    shown: String,
}

impl Names {
    /// For a script of a file.
    pub fn new(action: Action, file: Option<&Path>) -> Self {
        // As `nameOf` in sandbox/host/errors.js names a worker's first copy.
        let compiled = format!("{action}.js?0");
        let file = file.and_then(|file| file.canonicalize().ok());
        let url = file.and_then(|file| Url::from_file_path(file).ok());
        let shown = url.map_or_else(|| compiled.clone(), String::from);
        Self { compiled, shown }
    }

    /// What debuggers see.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// A message of the worker, for debuggers.
    pub fn outwards(&self, message: String) -> String {
        if !message.contains(&self.compiled) {
            return message;
        }
        let Ok(mut value) = serde_json::from_str(&message) else {
            return message;
        };
        self.show(&mut value);
        value.to_string()
    }

    fn show(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.show(item)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    if key == "url" && *value == self.compiled.as_str() {
                        *value = Value::from(self.shown.as_str());
                    } else {
                        self.show(value);
                    }
                }
            }
            _ => {}
        }
    }

    /// A message of a debugger, for the worker: breakpoints in the file are breakpoints in the script.
    pub fn inwards(&self, message: &str) -> String {
        self.in_script(message)
            .map_or_else(|| message.to_owned(), |message| message.to_string())
    }

    fn in_script(&self, message: &str) -> Option<Value> {
        let mut value: Value = message
            .contains("Debugger.setBreakpointByUrl")
            .then(|| serde_json::from_str(message).ok())??;
        let parameters = value.get_mut("params")?.as_object_mut()?;
        let is_meant = match (parameters.get("url"), parameters.get("urlRegex")) {
            (Some(url), _) => *url == self.shown.as_str(),
            (None, Some(pattern)) => Regex::new(pattern.as_str()?).ok()?.is_match(&self.shown),
            (None, None) => false,
        };
        if !is_meant {
            return None;
        }
        parameters.remove("urlRegex");
        parameters.insert("url".to_owned(), self.compiled.as_str().into());
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names() -> Names {
        Names {
            compiled: "login.js?0".to_owned(),
            shown: "file:///home/jane/login.js".to_owned(),
        }
    }

    #[test]
    fn debuggers_see_the_file() {
        let message = json!({"method": "Debugger.paused", "params": {"callFrames": [
            {"url": "login.js?0", "functionName": "login.js?0"},
            {"url": "trickle:host/main.js"},
        ]}});
        let seen: Value = serde_json::from_str(&names().outwards(message.to_string())).unwrap();
        let frames = &seen["params"]["callFrames"];
        assert_eq!(frames[0]["url"], "file:///home/jane/login.js");
        assert_eq!(frames[0]["functionName"], "login.js?0");
        assert_eq!(frames[1]["url"], "trickle:host/main.js");
    }

    #[test]
    fn breakpoints_in_the_file_are_in_the_script() {
        let set = |parameters: Value| {
            let message =
                json!({"id": 1, "method": "Debugger.setBreakpointByUrl", "params": parameters});
            let inwards = names().inwards(&message.to_string());
            serde_json::from_str::<Value>(&inwards).unwrap()["params"].clone()
        };
        let meant = json!({"lineNumber": 3, "url": "login.js?0"});
        let by_url = json!({"lineNumber": 3, "url": "file:///home/jane/login.js"});
        assert_eq!(set(by_url), meant);
        let by_pattern = json!({"lineNumber": 3, "urlRegex": "[fF][iI][lL][eE]:\\/\\/\\/home/jane/login\\.js($|\\?)"});
        assert_eq!(set(by_pattern), meant);
        let elsewhere = json!({"lineNumber": 3, "url": "file:///home/jane/create.js"});
        assert_eq!(set(elsewhere.clone()), elsewhere);
    }
}
