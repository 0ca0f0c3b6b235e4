#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether the bytes are well-formed UTF-8. Reads nothing beyond `count` bytes; any thread.
bool csimdjson_validate_utf8(const uint8_t *bytes, size_t count);

#ifdef __cplusplus
}
#endif
