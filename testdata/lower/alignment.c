/* The builtins behind trunc_page() and its like are arithmetic, of numbers and of pointers. */
int
alignment(unsigned long a, unsigned b, char *p, unsigned long n)
{
    a = __builtin_align_down(a, 4096);
    b = __builtin_align_up(b, 16);
    p = __builtin_align_down(p, 64);
    a = __builtin_align_up(a, n);
    return __builtin_is_aligned(p, 8) + __builtin_align_up(100, 64);
}
