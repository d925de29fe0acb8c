//! What must always hold.

use std::collections::HashSet;

use trickle_model::{Secret, User, UserId};
use trickle_password::{Password, PasswordHash, Verdict, verify};
use trickle_store::Page;

use super::{legacy::email, subject::Subject};

const ALL: Page = Page {
    offset: 0,
    limit: 100,
};

/// Whether the password opens the hash.
pub(super) fn opens(hash: &Secret, password: &str) -> bool {
    let hash = PasswordHash::from(hash.expose());
    matches!(
        verify(&Password::from(password), &hash),
        Ok(Verdict::Match | Verdict::NeedsRehash)
    )
}

impl Subject {
    /// At most one user for each person and address, none without proof, every one whole, and the password is the one that was
    /// chosen or proven last.
    pub(super) fn holds(&self) {
        let users = self.users();
        let ids: HashSet<&UserId> = users.iter().map(|(user, _)| &user.id).collect();
        let emails: HashSet<&String> = users
            .iter()
            .filter_map(|(user, _)| user.email.as_ref())
            .collect();
        assert_eq!(ids.len(), users.len());
        assert_eq!(emails.len(), users.len());
        for (user, hash) in &users {
            let who = (0..self.people.len()).find(|who| user.email.as_ref() == Some(&email(*who)));
            let who = who.expect("only people of the legacy store come in");
            let person = &self.people[who];
            assert_eq!(user.id.raw(), format!("legacy-{who}"));
            assert_eq!(user.attributes["nickname"], format!("person {who}"));
            assert!(!person.is_buried, "{who} came back");
            assert!(!person.proven.is_empty(), "{who} has proven nothing");
            let Some(hash) = hash else { continue };
            let fits = person.proven.iter().find(|one| opens(hash, one));
            let fits = fits.expect("the account opens with a password that was proven or chosen");
            if let Some(chosen) = &person.holds {
                assert_eq!(fits, chosen, "the change of {who} is lost");
            }
        }
    }

    fn users(&self) -> Vec<(User, Option<Secret>)> {
        self.life.runtime.block_on(async {
            let store = &self.life.store;
            let (filter, sort) = Default::default();
            let listed = store
                .list_users(&self.tenant, &filter, &sort, ALL)
                .await
                .unwrap();
            let mut users = Vec::new();
            for listed in listed.items {
                let user = store.user(&self.tenant, &listed.user.id).await.unwrap();
                let user = user.unwrap();
                let hash = store.password_of(&user.tenant, &user.id).await.unwrap();
                users.push((user, hash));
            }
            users
        })
    }
}
