/* Files and paths. Paths are '/'-separated strings; results live in the arena given. */
#ifndef DMALINT_BASE_FILE_H
#define DMALINT_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diagnostic.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The whole file, followed by a NUL that is not counted in '*size'; NULL with errno set when it cannot be read. */
char *file_read(struct arena *arena, const char *path, size_t *size);
/* Writes a file whole or not at all (a temporary beside it, then rename); false with errno set. */
bool file_write(const char *path, const void *data, size_t size);
/* As file_write(), but leaves an existing file with the same content untouched. */
bool file_write_if_changed(const char *path, const void *data, size_t size);
/* Makes a folder and its parents; false with errno set. */
bool file_make_folder(const char *path);
bool file_exists(const char *path);
bool file_is_folder(const char *path);

/* What two paths have in common that lead to the same file or folder. */
struct file_identity {
    uint64_t device;
    uint64_t number;
};

/* False with errno set when there is no such file. */
bool file_identify(const char *path, struct file_identity *identity);

/* Names in a folder without '.' and '..', sorted by byte; NULL with errno set. '*count' receives their number. */
char **file_list(struct arena *arena, const char *folder, size_t *count);

/* 'folder'/'name', or 'name' when it is absolute or 'folder' is empty. */
char *path_join(struct arena *arena, const char *folder, const char *name);
/* Without '.', '..' where it can be folded, and doubled or trailing '/'. Symbolic links are not looked at. */
char *path_normalize(struct arena *arena, const char *path);
/* The absolute, normalised form, relative paths starting at the current folder. */
char *path_absolute(struct arena *arena, const char *path);
/* The absolute form with every symbolic link followed; NULL with errno set when there is no such file. */
char *path_real(struct arena *arena, const char *path);
/* The part before the last '/', "." when there is none; and the part behind it. */
char *path_folder(struct arena *arena, const char *path);
const char *path_base(const char *path);
/* The rest of 'path' below 'folder', or NULL when it does not lie there. Both normalised. */
const char *path_below(const char *path, const char *folder);

#ifdef __cplusplus
}
#endif
#endif
