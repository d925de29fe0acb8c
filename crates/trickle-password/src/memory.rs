use argon2::Block;

/// Argon2's working memory, kept between hashes: fresh pages for each would cost a page fault per 4 KiB.
/// Not wiped in between: the next hash overwrites it, and no password can be read out of it without Argon2's work per guess.
#[derive(Default)]
pub(crate) struct Memory(Vec<Block>);

impl Memory {
    /// At least `count` blocks of 1 KiB, with whatever was in them: Argon2 writes a block before it reads it.
    pub(crate) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0.resize(count, Block::default());
        }
        &mut self.0[..count]
    }

    /// Gives back what a costly imported hash needed beyond `count` blocks.
    pub(crate) fn shrink_to(&mut self, count: usize) {
        if self.0.len() > count {
            self.0.truncate(count);
            self.0.shrink_to_fit();
        }
    }
}
