#include "report/report_summary.h"

#include <string.h>

struct report_summary
report_summarize(const struct report *report, uint32_t files)
{
    struct report_summary summary = {.findings = report->findings.count, .files = files};
    const char *last_path = NULL;

    vector_each (finding, &report->findings) {
        summary.by_severity[finding->severity]++;
        summary.possible += !finding->is_definite;
        if (last_path == NULL || strcmp(finding->path, last_path) != 0)
            summary.files_with_findings++;
        last_path = finding->path;
    }
    last_path = NULL;
    vector_each (give_up, &report->give_ups) {
        if (!give_up->is_file || give_up->path == NULL)
            continue;
        if (last_path == NULL || strcmp(give_up->path, last_path) != 0)
            summary.files_incomplete++;
        last_path = give_up->path;
    }
    return summary;
}
