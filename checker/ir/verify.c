#include "ir/verify.h"
bool ir_verify(const struct ir_program *program, const char *path, struct diagnostics *diagnostics)
{ (void)program; (void)path; (void)diagnostics; return true; }
