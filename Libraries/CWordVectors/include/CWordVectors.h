// The table of word vectors, which Swift cannot hold as a literal of this size. No logic.
#pragma once

#include <stddef.h>

/// `words.bin`, as the README beside it says, at an address that 64 divides.
const void *word_vectors(void);
/// Its length in bytes.
size_t word_vectors_count(void);
