/*
 * The command line. option.def is the one list of options: parsing, checks and help all come from it. What is
 * returned points into the arguments given and lives in the arena.
 */
#ifndef DMALINT_DRIVER_OPTIONS_H
#define DMALINT_DRIVER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/diagnostic.h"
#include "base/vector.h"
#include "rule/rule.h"

enum command {
    COMMAND_SCAN,
    COMMAND_EXTRACT,
    COMMAND_LINK,
    COMMAND_FREEBSD,
    COMMAND_RULES,
    COMMAND_EXPLAIN,
    COMMAND_COUNT
};

enum output_format { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_FORMAT_COUNT };

struct output_request {
    enum output_format format;
    const char *path; /* NULL: standard output */
};

/* From which severity on findings make the exit status 1. */
enum fail_on { FAIL_ON_INFO, FAIL_ON_WARNING, FAIL_ON_ERROR, FAIL_ON_NEVER };

struct options {
    enum command command;
    bool help;
    bool version;
    VECTOR(const char *) paths;
    VECTOR(const char *) flags; /* behind "--" */
    bool has_flags;
    const char *database; /* NULL when not given, as all text below */
    const char *tree;
    const char *architecture;
    const char *config;
    const char *out;
    VECTOR(const char *) checks; /* trees */
    const char *targets;
    const char *units;
    VECTOR(struct output_request) outputs; /* never empty */
    const char *only;
    const char *disable;
    bool possible;
    enum fail_on fail_on;
    int minimum_coverage; /* percent; -1: not given */
    bool keep_going;
    uint32_t jobs;
    uint32_t timeout; /* seconds */
    const char *cache;
    bool no_cache;
    const char *rules;
    bool stats;
    const char *stats_path; /* NULL: standard error */
    const char *dump;
};

/* Parses the arguments; false after a one-line error. */
bool options_parse(struct arena *arena, int count, char **arguments, struct options *options,
                   struct diagnostics *diagnostics);
/* Help for one command, or the overview for COMMAND_COUNT. */
void options_help(FILE *stream, enum command command);

#endif
