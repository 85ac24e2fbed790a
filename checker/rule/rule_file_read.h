/* Reading one rule, a file's whole document, into the reader's set. False after diagnostics. */
#ifndef DMALINT_RULE_RULE_FILE_READ_H
#define DMALINT_RULE_RULE_FILE_READ_H

#include "rule/key.h"

bool rule_file_read(struct reader *reader, const struct yaml_node *root);

#endif
