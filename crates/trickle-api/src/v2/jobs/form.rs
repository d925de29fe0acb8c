//! The form of an upload, read ahead by little. A parser keeps the lines before a part, and what stands before the first part, until they end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use axum::{
    body::Body,
    extract::{
        FromRequest as _, Multipart, Request,
        multipart::{Field, MultipartError, MultipartRejection},
    },
};
use futures::stream::{StreamExt as _, poll_fn};

/// No more is taken of a body while the parser gives nothing of it out.
const HELD_MOST_BYTES: usize = 64 << 10;

/// A form whose body has no limit.
pub(super) struct Form {
    parts: Multipart,
    held: Held,
}

/// Bytes that were taken of the body since the parser last gave something out.
#[derive(Clone, Default)]
pub(super) struct Held(Arc<AtomicUsize>);

impl Form {
    pub(super) async fn of(request: Request) -> Result<Self, MultipartRejection> {
        let held = Held::default();
        let request = request.map(|body| held.watch(body));
        let parts = Multipart::from_request(request, &()).await?;
        Ok(Self { parts, held })
    }

    /// The next part, and what counts its bytes.
    pub(super) async fn next(&mut self) -> Result<Option<(Field<'_>, Held)>, MultipartError> {
        self.held.clear();
        let field = self.parts.next_field().await?;
        self.held.clear();
        Ok(field.map(|field| (field, self.held.clone())))
    }
}

impl Held {
    /// The parser has given something out.
    pub(super) fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// The same body, which ends with an error once too much is held. It comes piece by piece: a parser takes all that is there.
    fn watch(&self, body: Body) -> Body {
        let held = Arc::clone(&self.0);
        let mut pieces = body.into_data_stream();
        let mut rests = false;
        Body::from_stream(poll_fn(move |context| {
            if std::mem::take(&mut rests) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            if held.load(Ordering::Relaxed) > HELD_MOST_BYTES {
                let error = axum::Error::new("what stands before a part is too long");
                return Poll::Ready(Some(Err(error)));
            }
            let piece = pieces.poll_next_unpin(context);
            if let Poll::Ready(Some(Ok(bytes))) = &piece {
                held.fetch_add(bytes.len(), Ordering::Relaxed);
                rests = true;
            }
            piece
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::{
        body::Bytes,
        http::{self, header::CONTENT_TYPE},
    };
    use futures::stream;

    use super::*;

    const PIECES: usize = 100;

    /// A form that begins so and goes on for six megabytes; and how many of its pieces were taken.
    fn request(begin: &'static str) -> (Request, Arc<AtomicUsize>) {
        let taken = Arc::<AtomicUsize>::default();
        let counter = Arc::clone(&taken);
        let pieces = (0..PIECES).map(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Bytes::from(vec![b'x'; HELD_MOST_BYTES])
        });
        let end = Bytes::from_static(b"\r\n--b--\r\n");
        let all = std::iter::once(Bytes::from_static(begin.as_bytes()))
            .chain(pieces)
            .chain([end]);
        let body = Body::from_stream(stream::iter(all.map(Ok::<_, Infallible>)));
        let request =
            http::Request::builder().header(CONTENT_TYPE, "multipart/form-data; boundary=b");
        (request.body(body).unwrap(), taken)
    }

    #[tokio::test]
    async fn little_is_taken_of_what_is_no_part() {
        for begin in ["", "--b\r\nContent-Disposition: form-data; name=\""] {
            let (request, taken) = request(begin);
            let mut form = Form::of(request).await.unwrap();
            assert!(form.next().await.is_err(), "{begin}");
            assert!(taken.load(Ordering::Relaxed) < 5, "{begin}");
        }
    }
}
