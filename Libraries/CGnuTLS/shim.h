#pragma once
#include <gnutls/gnutls.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

/// Frees what GnuTLS allocated: its own name for it is a variable, which Swift does not import.
static inline void gnutls_release(void *bytes) { gnutls_free(bytes); }
