/* What a report says about itself: how many findings of which level, in how many files, out of how many
 * looked at. */
#ifndef DMALINT_REPORT_REPORT_SUMMARY_H
#define DMALINT_REPORT_REPORT_SUMMARY_H

#include "report/finding.h"

struct report_summary {
    uint32_t findings;
    uint32_t by_severity[SEVERITY_ERROR + 1];
    uint32_t possible; /* how many of the findings are not definite */
    uint32_t files_with_findings;
    uint32_t files;            /* that were to be analysed */
    uint32_t files_incomplete; /* of these: not at all, or not wholly analysed */
    uint32_t files_left_out;   /* besides these, what nobody could compile; set by the caller */
};

/* Counts a sorted report; 'files' is how many sources there were. */
struct report_summary report_summarize(const struct report *report, uint32_t files);

#endif
