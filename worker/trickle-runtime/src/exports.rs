//! Which names a CommonJS file exports, so that `import { name } from "package"` works as in Node.js.

use std::{borrow::Cow, path::PathBuf, rc::Rc, sync::Arc};

use deno_core::{futures::FutureExt as _, url::Url};
use deno_error::JsErrorBox;
use deno_media_type::MediaType;
use deno_resolver::cjs::analyzer::{
    DenoAstModuleExportAnalyzer, ModuleExportAnalyzer as _, ModuleExportsAndReExports,
    ModuleForExportAnalysis,
};
use node_resolver::{
    DenoIsBuiltInNodeModuleChecker,
    analyze::{
        CjsAnalysis, CjsAnalysisExports, CjsAnalysisSourceProvider, CjsCodeAnalyzer,
        CjsMemberReExport, CjsModuleExportAnalyzer, EsmAnalysisMode, NodeCodeTranslator,
        NodeCodeTranslatorMode,
    },
};
use sys_traits::impls::RealSys;

use crate::npm::{Checker, Cjs, Folders, PackageJsons, Resolver};

type Translator =
    NodeCodeTranslator<Analyzer, Checker, DenoIsBuiltInNodeModuleChecker, Folders, RealSys>;

/// Turns CommonJS files into ES modules that export what the file exports.
pub struct Exports {
    translator: Translator,
    modules_dir: PathBuf,
}

/// What the translation resolves re-exports with.
pub struct Resolution {
    pub checker: Checker,
    pub resolver: Arc<Resolver>,
    pub folders: Folders,
    pub package_jsons: PackageJsons,
    pub cjs: Arc<Cjs>,
}

impl Exports {
    pub fn new(resolution: Resolution, modules_dir: PathBuf) -> Self {
        let analyzer = CjsModuleExportAnalyzer::new(
            Analyzer {
                parser: DenoAstModuleExportAnalyzer::new(Arc::default()),
                cjs: resolution.cjs,
            },
            resolution.checker,
            resolution.resolver,
            resolution.folders,
            resolution.package_jsons,
            RealSys,
        );
        Self {
            translator: Translator::new(Arc::new(analyzer), NodeCodeTranslatorMode::ModuleLoader),
            modules_dir,
        }
    }

    /// The file as an ES module: itself where it is one, else a module that requires it.
    pub fn translate(&self, file: &Url, text: &str) -> Result<String, JsErrorBox> {
        // Nothing in it waits: sources are read and parsed where they are asked for.
        self.translator
            .translate_cjs_to_esm_with_source_provider(file, Some(text.into()), Some(self))
            .now_or_never()
            .unwrap_or_else(|| Ok(text.into()))
            .map(Cow::into_owned)
            .map_err(JsErrorBox::from_err)
    }
}

impl CjsAnalysisSourceProvider for Exports {
    fn load_source<'a>(&'a self, file: &Url) -> Option<Cow<'a, str>> {
        let path = file.to_file_path().ok()?;
        if !path.starts_with(&self.modules_dir) {
            return None;
        }
        let bytes = std::fs::read(path).ok()?;
        Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

struct Analyzer {
    parser: DenoAstModuleExportAnalyzer,
    cjs: Arc<Cjs>,
}

impl Analyzer {
    fn parse(&self, file: &Url, source: &str) -> Option<Rc<dyn ModuleForExportAnalysis>> {
        let source = source.strip_prefix('\u{FEFF}').unwrap_or(source);
        let media = MediaType::from_specifier(file);
        let is_text = !source.contains(['\0', '\u{FFFD}']);
        let is_script = matches!(
            media,
            MediaType::JavaScript | MediaType::Cjs | MediaType::Mjs | MediaType::Unknown
        );
        // A file that the analysis cannot read still has its default export.
        let parsed = (is_script && is_text)
            .then(|| self.parser.parse_module(file.clone(), media, source.into()))?;
        parsed.ok().map(Rc::from)
    }
}

#[async_trait::async_trait(?Send)]
impl CjsCodeAnalyzer for Analyzer {
    async fn analyze_cjs<'a>(
        &self,
        file: &Url,
        source: Option<Cow<'a, str>>,
        _mode: EsmAnalysisMode,
    ) -> Result<CjsAnalysis<'a>, JsErrorBox> {
        let Some(source) = source else {
            return Ok(CjsAnalysis::Cjs(to_exports(
                ModuleExportsAndReExports::default(),
            )));
        };
        let Some(parsed) = self.parse(file, &source) else {
            return Ok(CjsAnalysis::Cjs(to_exports(
                ModuleExportsAndReExports::default(),
            )));
        };
        let media = MediaType::from_specifier(file);
        let is_cjs = self
            .cjs
            .is_cjs_with_known_is_script(file, media, parsed.compute_is_script())
            .map_err(JsErrorBox::from_err)?;
        Ok(if is_cjs {
            CjsAnalysis::Cjs(to_exports(parsed.analyze_cjs()))
        } else {
            CjsAnalysis::Esm(
                source,
                Some(to_exports(parsed.analyze_es_runtime_exports())),
            )
        })
    }

    async fn analyze_cjs_member_props<'a>(
        &self,
        file: &Url,
        source: Option<Cow<'a, str>>,
        member: &str,
    ) -> Result<Option<Vec<String>>, JsErrorBox> {
        let parsed = source.and_then(|source| self.parse(file, &source));
        Ok(parsed.and_then(|parsed| parsed.analyze_member_export_props().remove(member)))
    }
}

fn to_exports(found: ModuleExportsAndReExports) -> CjsAnalysisExports {
    CjsAnalysisExports {
        exports: found.exports,
        reexports: found.reexports,
        member_reexports: found
            .member_reexports
            .into_iter()
            .map(|member| CjsMemberReExport {
                specifier: member.specifier,
                member: member.member,
            })
            .collect(),
    }
}
