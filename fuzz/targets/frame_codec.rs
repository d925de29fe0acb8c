//! A stream of frames, as a worker sends them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trickle_protocol::{FrameError, TO_POOL_MAX_BYTES, ToPool, encode_frame, read_frame};

fuzz_target!(|bytes: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.build().expect("a runtime");
    runtime.block_on(read_all(bytes));
});

async fn read_all(bytes: &[u8]) {
    let mut stream = bytes;
    loop {
        match read_frame::<ToPool>(&mut stream, TO_POOL_MAX_BYTES).await {
            Ok(message) => same_again(&message).await,
            Err(FrameError::TooLong { bytes, max_bytes }) => {
                assert!(bytes > max_bytes);
                return;
            }
            Err(_) => return,
        }
    }
}

async fn same_again(message: &ToPool) {
    // A number that became longer may no longer fit, and only then there is no frame.
    let Ok(frame) = encode_frame(message, TO_POOL_MAX_BYTES) else {
        return;
    };
    let read = read_frame::<ToPool>(&mut frame.as_slice(), TO_POOL_MAX_BYTES).await;
    let read = read.expect("what was written can be read");
    assert_eq!(
        serde_json::to_value(&read).expect("it was JSON"),
        serde_json::to_value(message).expect("it was JSON")
    );
}
