/*
 * How a family lists its kernels. Each entry of its struct of function pointers is a function gk_<entry>_<variant> with
 * hidden visibility, in the family's file for that variant. The declaration takes its type from the struct, so that a
 * kernel and its entry cannot differ.
 */
#ifndef GK_VARIANT_ENTRY_H
#define GK_VARIANT_ENTRY_H

#include "graviton_kernels.h"

#define GK_DECLARE_ENTRY(table, entry, suffix) __typeof__(*((const table *)0)->entry) gk_##entry##_##suffix;
#define GK_TABLE_ENTRY(table, entry, suffix) .entry = gk_##entry##_##suffix,

#endif
