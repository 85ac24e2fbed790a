#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vector.h"

char *
file_read(struct arena *arena, const char *path, size_t *size)
{
    struct stat status;
    size_t capacity, length = 0;
    char *data;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0)
        return NULL;
    if (fstat(descriptor, &status) != 0 || S_ISDIR(status.st_mode)) {
        close(descriptor);
        errno = S_ISDIR(status.st_mode) ? EISDIR : errno;
        return NULL;
    }
    capacity = (size_t)status.st_size + 1;
    data = arena_alloc(arena, capacity + 1);
    for (;;) {
        ssize_t got;

        if (length == capacity) { /* a pipe, or a file that grows */
            char *larger = arena_alloc(arena, capacity * 2 + 1);

            memcpy(larger, data, length);
            data = larger;
            capacity *= 2;
        }
        got = read(descriptor, data + length, capacity - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            int error = errno;

            close(descriptor);
            errno = error;
            return NULL;
        }
        if (got == 0)
            break;
        length += (size_t)got;
    }
    close(descriptor);
    data[length] = '\0';
    *size = length;
    return data;
}

static bool
write_all(int descriptor, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t put = write(descriptor, data, size);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        data += put;
        size -= (size_t)put;
    }
    return true;
}

bool
file_write(const char *path, const void *data, size_t size)
{
    struct arena *scratch = arena_new();
    char *temporary = arena_printf(scratch, "%s.%ld.tmp", path, (long)getpid());
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool written = false;
    int error;

    if (descriptor >= 0) {
        written = write_all(descriptor, data, size);
        error = errno;
        if (close(descriptor) != 0 && written) {
            written = false;
            error = errno;
        }
        if (written && rename(temporary, path) != 0) {
            written = false;
            error = errno;
        }
        if (!written) {
            unlink(temporary);
            errno = error;
        }
    }
    error = errno;
    arena_free(scratch);
    errno = error;
    return written;
}

bool
file_write_if_changed(const char *path, const void *data, size_t size)
{
    struct arena *scratch = arena_new();
    size_t old_size;
    char *old = file_read(scratch, path, &old_size);
    bool same = old != NULL && old_size == size && (size == 0 || memcmp(old, data, size) == 0);

    arena_free(scratch);
    return same || file_write(path, data, size);
}

bool
file_make_folder(const char *path)
{
    struct arena *scratch = arena_new();
    char *copy = arena_string(scratch, path);
    bool made = true;
    int error = 0;

    for (char *slash = strchr(copy + 1, '/'); made; slash = strchr(slash + 1, '/')) {
        if (slash != NULL)
            *slash = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
            made = false;
            error = errno;
        }
        if (slash == NULL)
            break;
        *slash = '/';
    }
    if (made && !file_is_folder(path)) {
        made = false;
        error = ENOTDIR;
    }
    arena_free(scratch);
    errno = error;
    return made;
}

bool
file_exists(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

bool
file_is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool
file_identify(const char *path, struct file_identity *identity)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return false;
    *identity = (struct file_identity){.device = (uint64_t)status.st_dev, .number = (uint64_t)status.st_ino};
    return true;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
file_list(struct arena *arena, const char *folder, size_t *count)
{
    VECTOR(char *) names = {0};
    DIR *stream = opendir(folder);

    if (stream == NULL)
        return NULL;
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            vector_push(arena, &names, arena_string(arena, entry->d_name));
    }
    closedir(stream);
    if (names.count == 0)
        names.items = arena_alloc(arena, sizeof(char *));
    qsort(names.items, names.count, sizeof(char *), compare_names);
    *count = names.count;
    return names.items;
}

char *
path_join(struct arena *arena, const char *folder, const char *name)
{
    size_t length = strlen(folder);

    if (name[0] == '/' || length == 0)
        return arena_string(arena, name);
    return arena_printf(arena, folder[length - 1] == '/' ? "%s%s" : "%s/%s", folder, name);
}

char *
path_normalize(struct arena *arena, const char *path)
{
    char *out = arena_alloc(arena, strlen(path) + 2);
    size_t length = 0, root = 0, parents = 0; /* parents: length of the leading '..' parts, which stay */

    if (path[0] == '/') {
        out[length++] = '/';
        root = 1;
    }
    while (*path != '\0') {
        size_t part = strcspn(path, "/");

        if (part == 0 || (part == 1 && path[0] == '.')) {
            /* nothing to add */
        } else if (part == 2 && path[0] == '.' && path[1] == '.' && length > root && length > parents) {
            while (length > root && out[length - 1] != '/')
                length--;
            if (length > root)
                length--;
        } else if (!(part == 2 && path[0] == '.' && path[1] == '.' && root == 1)) {
            if (length > root)
                out[length++] = '/';
            memcpy(out + length, path, part);
            length += part;
            if (part == 2 && path[0] == '.' && path[1] == '.')
                parents = length;
        }
        path += part;
        path += *path == '/';
    }
    if (length == 0)
        out[length++] = '.';
    out[length] = '\0';
    return out;
}

char *
path_absolute(struct arena *arena, const char *path)
{
    char *folder;
    char *result;

    if (path[0] == '/')
        return path_normalize(arena, path);
    folder = getcwd(NULL, 0);
    result = path_normalize(arena, path_join(arena, folder == NULL ? "/" : folder, path));
    free(folder);
    return result;
}

char *
path_real(struct arena *arena, const char *path)
{
    char *real = realpath(path, NULL), *copy = real == NULL ? NULL : arena_string(arena, real);

    free(real);
    return copy;
}

char *
path_folder(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return arena_string(arena, ".");
    return slash == path ? arena_string(arena, "/") : arena_string_n(arena, path, (size_t)(slash - path));
}

const char *
path_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

const char *
path_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    if (strncmp(path, folder, length) != 0)
        return NULL;
    if (length > 0 && folder[length - 1] == '/')
        return path + length;
    return path[length] == '/' ? path + length + 1 : NULL;
}
