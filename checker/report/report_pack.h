/* Reports as bytes, to hand them from one of our processes to another. */
#ifndef DMALINT_REPORT_REPORT_PACK_H
#define DMALINT_REPORT_REPORT_PACK_H

#include "base/bytes.h"
#include "report/finding.h"

void report_pack(struct bytes_writer *writer, const struct report *report);
/* Adds what was packed to 'report', in its arena; rules are looked up in 'rules'. False when the bytes are
 * not a report or name a rule that is not there. */
bool report_unpack(struct bytes_reader *reader, const struct rule_set *rules, struct report *report);

#endif
