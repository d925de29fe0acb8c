use rand::SeedableRng as _;
use rand::rngs::StdRng;
use trickle_password::{Verdict, guess, make, makers, verify};

#[test]
fn what_is_made_verifies() {
    let mut rng = StdRng::seed_from_u64(7);
    assert!(makers().count() >= 30);
    for scheme in makers() {
        let password = "pässwörd".into();
        let hash = make(scheme, &password, &mut rng).unwrap();
        let again = make(scheme, &password, &mut rng).unwrap();
        let salted = !["md5", "nt", "sha1", "sha256", "sha512"].contains(&scheme);
        assert_eq!(hash.as_str() != again.as_str(), salted, "{scheme}");
        let guesses = guess(hash.as_str());
        let matches = guesses.iter().filter(|guess| {
            matches!(
                verify(&password, &guess.hash),
                Ok(Verdict::Match | Verdict::NeedsRehash)
            )
        });
        assert_eq!(matches.count(), 1, "{scheme}: {}", hash.as_str());
        let right = guesses
            .iter()
            .map(|guess| verify(&"another".into(), &guess.hash));
        assert!(
            right
                .into_iter()
                .all(|verdict| verdict == Ok(Verdict::Mismatch)),
            "{scheme}"
        );
    }
}

#[test]
fn schemes_that_cannot_be_made_are_named() {
    let mut rng = StdRng::seed_from_u64(7);
    let error = make("rot13", &"x".into(), &mut rng).unwrap_err();
    assert!(error.to_string().contains("rot13"));
}
