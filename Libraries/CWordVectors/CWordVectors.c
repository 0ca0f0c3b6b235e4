#include "CWordVectors.h"

#pragma clang diagnostic ignored "-Wc23-extensions"
static _Alignas(64) const unsigned char words[] = {
#embed "words.bin"
};

const void *word_vectors(void) { return words; }
size_t word_vectors_count(void) { return sizeof words; }
