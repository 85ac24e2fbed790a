/* The folder for what a kernel build would generate from a source tree: below the cache, or a temporary one.
 */
#ifndef DMALINT_DRIVER_BUILD_FOLDER_H
#define DMALINT_DRIVER_BUILD_FOLDER_H

#include "driver/options.h"

struct build_folder {
    const char *path; /* NULL: none */
    bool is_temporary;
};

/* Chooses and makes the folder; false after an error. */
bool build_folder_make(struct arena *arena, const struct options *options, struct build_folder *folder,
                       struct diagnostics *diagnostics);
/* Removes a temporary folder with all in it. */
void build_folder_remove(const struct build_folder *folder);

#endif
