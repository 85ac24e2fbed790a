#include "driver/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "report/report_json.h"
#include "report/report_text.h"

/* A device or a pipe is written as it is: it has no neighbour that could be renamed. */
static bool
write_special(const char *path, const char *text, size_t size)
{
    FILE *stream = fopen(path, "w");
    bool written;

    if (stream == NULL)
        return false;
    written = fwrite(text, 1, size, stream) == size;
    return fclose(stream) == 0 && written;
}

bool
output_text(const char *path, FILE *stream, const char *text, size_t size, struct diagnostics *diagnostics)
{
    struct stat status;
    const char *name = path != NULL ? path : stream == stderr ? "standard error" : "standard output";
    bool written;

    errno = 0;
    if (path == NULL)
        written = fwrite(text, 1, size, stream) == size && fflush(stream) == 0;
    else if (stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        written = write_special(path, text, size);
    else
        written = file_write(path, text, size);
    if (written)
        return true;
    return diagnostic_error(diagnostics, (struct source_place){.file = name}, "cannot be written: %s",
                            strerror(errno));
}

static bool
wants_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(STDOUT_FILENO) == 1 && (no_colour == NULL || *no_colour == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

bool
output_write(const struct options *options, const struct report *report, const struct report_summary *summary,
             struct diagnostics *diagnostics)
{
    bool good = true;

    vector_each (request, &options->outputs) {
        char *text = NULL;
        size_t size = 0;
        FILE *stream = open_memstream(&text, &size);

        if (stream == NULL)
            return diagnostic_error(diagnostics, (struct source_place){0}, "%s", strerror(errno));
        switch (request->format) {
        case OUTPUT_TEXT:
            report_text_write(stream, report, summary, request->path == NULL && wants_colour());
            break;
        case OUTPUT_JSON:
            report_json_write(stream, report, summary, DMALINT_VERSION);
            break;
        case OUTPUT_FORMAT_COUNT:
            break;
        }
        fclose(stream);
        good = output_text(request->path, stdout, text, size, diagnostics) && good;
        free(text);
    }
    return good;
}
