#include "rule/embedded.h"

#include <string.h>

const struct rule_source *
rule_embedded(size_t *count)
{
    *count = embedded_yaml_count;
    return embedded_yaml;
}

static const struct rule_source *
find(const struct rule_source *sources, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(sources[i].path, path) == 0)
            return &sources[i];
    return NULL;
}

const char *
rule_embedded_text(const char *path, size_t *length)
{
    const struct rule_source *source = find(embedded_yaml, embedded_yaml_count, path);

    if (source == NULL)
        source = find(embedded_other, embedded_other_count, path);
    if (source == NULL)
        return NULL;
    *length = source->length;
    return source->text;
}
