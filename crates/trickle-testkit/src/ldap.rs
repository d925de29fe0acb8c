//! A private OpenLDAP server.

use std::net::TcpStream;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::Account;
use crate::program::{folder_of, run_with_input};
use crate::server::{Recipe, Server, make_private};

const SUFFIX: &str = "dc=example,dc=com";
const PASSWORD: &str = "directory password";

/// A running server with an empty tree below `dc=example,dc=com`, LDAP on 127.0.0.1 only.
#[derive(Debug)]
pub struct Slapd {
    server: Server,
    tools: PathBuf,
}

impl Deref for Slapd {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Slapd {
    /// A server of this test's own; stops and leaves nothing behind when dropped.
    ///
    /// # Panics
    /// When it does not come up, with its log; when OpenLDAP is missing and may not be installed.
    pub fn start() -> Self {
        let program = folder_of(&["slapd"], "slapd", &[]).join("slapd");
        let tools = folder_of(&["ldapadd"], "ldap-utils", &[]);
        let server = Server::start(&Recipe {
            name: "slapd",
            account: Account::for_server("openldap"),
            template_key: "slapd-1".to_owned(),
            make: &make_private,
            stop_signal: "KILL",
            command: &|folder, port| command(&program, folder, port),
            is_ready: &|folder| {
                let port = std::fs::read_to_string(folder.join("port")).unwrap_or_default();
                TcpStream::connect(format!("127.0.0.1:{}", port.trim())).is_ok()
            },
        });
        let slapd = Self { server, tools };
        slapd.add(&format!(
            "dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n"
        ));
        slapd
    }

    /// The name of who may do everything.
    pub fn admin(&self) -> String {
        format!("cn=admin,{SUFFIX}")
    }

    /// That name's password.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Adds entries in LDIF.
    ///
    /// # Panics
    /// When one cannot be added, with the server's message.
    pub fn add(&self, ldif: &str) {
        let mut ldapadd = Command::new(self.tools.join("ldapadd"));
        ldapadd
            .args(["-x", "-D", &self.admin(), "-w", PASSWORD, "-H"])
            .arg(format!("ldap://127.0.0.1:{}", self.port()));
        run_with_input(&mut ldapadd, ldif);
    }
}

fn command(program: &Path, folder: &Path, port: u16) -> Vec<String> {
    let settings = folder.join("slapd.conf");
    let text = format!(
        "include /etc/ldap/schema/core.schema\n\
         include /etc/ldap/schema/cosine.schema\n\
         include /etc/ldap/schema/inetorgperson.schema\n\
         modulepath /usr/lib/ldap\nmoduleload back_mdb\n\
         pidfile {0}/pid\nargsfile {0}/args\n\
         database mdb\nsuffix \"{SUFFIX}\"\nrootdn \"cn=admin,{SUFFIX}\"\nrootpw \"{PASSWORD}\"\n\
         directory {0}/data\nmaxsize 10485760\nindex mail,entryUUID eq\n",
        folder.display()
    );
    std::fs::write(&settings, text).expect("write the settings");
    std::fs::write(folder.join("port"), port.to_string()).expect("write the port");
    vec![
        program.display().to_string(),
        "-d".into(),
        "0".into(),
        "-f".into(),
        settings.display().to_string(),
        "-h".into(),
        format!("ldap://127.0.0.1:{port}"),
    ]
}
