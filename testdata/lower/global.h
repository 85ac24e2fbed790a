struct unused_record {
    int x;
};
static inline int
header_unused(void *arg)
{
    return 1;
}
static int header_table[] = {1, 2};
static int header_unused_table[] = {1, 2};
static inline int
header_used(void *arg)
{
    return header_table[1];
}
static inline int
header_method(void *arg)
{
    return header_used(arg) + 1;
}
