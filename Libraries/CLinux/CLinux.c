// Everything in this library is static inline; this file only gives the target something to build.
#include "CLinux.h"
