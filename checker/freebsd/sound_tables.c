#include "freebsd/generators.h"

/*
 * The tables have the types, names and sizes that the feeders rely on. Coefficients are zero: only code that
 * is read, and never run, is compiled with them.
 */
enum { FIXED_SHIFT = 16, LARGEST_ALIGNMENT = 127 * 4, QUALITIES = 3, RATES = 9 };

char *
sound_division_header(struct arena *arena)
{
    struct text header = {.arena = arena};

    text_add(&header, "#ifndef _SND_FXDIV_GEN_H_\n#define _SND_FXDIV_GEN_H_\n\n#ifdef SND_USE_FXDIV\n\n");
    text_printf(&header,
                "extern const uint32_t snd_fxdiv_table[%d][2];\n\n#ifdef SND_DECLARE_FXDIV\n"
                "const uint32_t snd_fxdiv_table[%d][2] = {\n",
                LARGEST_ALIGNMENT + 1, LARGEST_ALIGNMENT + 1);
    for (unsigned i = 1; i <= LARGEST_ALIGNMENT; i++) {
        unsigned multiplier = (1u << FIXED_SHIFT) / i, shift = FIXED_SHIFT;

        while ((multiplier * i) >> shift < 1)
            multiplier++;
        for (; multiplier % 2 == 0 && shift > 0; shift--)
            multiplier /= 2;
        text_printf(&header, "\t[0x%02x] = { 0x%04x, 0x%02x },\n", i, multiplier, shift);
    }
    text_add(&header,
             "};\n#endif\n\n"
             "#define SND_FXDIV_MAX\t0x00010000\n"
             "#define SND_FXDIV(x, y)\t(((uint32_t)(x) * snd_fxdiv_table[y][0]) >> snd_fxdiv_table[y][1])\n"
             "#define SND_FXROUND(x, y)\t(SND_FXDIV(x, y) * (y))\n"
             "#define SND_FXMOD(x, y)\t((x) - SND_FXROUND(x, y))\n\n"
             "#else\n\n"
             "#define SND_FXDIV_MAX\t0x00020000\n"
             "#define SND_FXDIV(x, y)\t((x) / (y))\n"
             "#define SND_FXROUND(x, y)\t((x) - ((x) % (y)))\n"
             "#define SND_FXMOD(x, y)\t((x) % (y))\n\n"
             "#endif\n#endif\n");
    return text_value(&header);
}

static void
write_rate_macros(struct text *header)
{
    text_add(header, "#define Z_COEFF_TAB_SIZE\t((int32_t)(sizeof(z_coeff_tab) / sizeof(z_coeff_tab[0])))\n"
                     "#define Z_COEFF_OFFSET\t5\n"
                     "#define Z_RSHIFT(x, y)\t(((x) + (1 << ((y) - 1))) >> (y))\n"
                     "#define Z_RSHIFT_L(x, y)\t(((x) + (1LL << ((y) - 1))) >> (y))\n"
                     "#define Z_FULL_SHIFT\t30\n#define Z_FULL_ONE\t0x40000000\n"
                     "#define Z_DRIFT_SHIFT\t8\n#define Z_SHIFT\t22\n#define Z_ONE\t0x00400000\n"
                     "#define Z_MASK\t0x003fffff\n#define Z_COEFF_SHIFT\t30\n"
                     "#define Z_COEFF_INTERPOLATE(z, c, d)\t((c) + (((z) >> 7) * (d)))\n"
                     "#define Z_SCALE_CAST(s)\t((uint32_t)(s))\n"
                     "#define Z_ACCUMULATOR_BIT\t58\n");
    for (int bits = 8; bits <= 32; bits += 8) {
        text_printf(header, "#define Z_SCALE_%d(v, s)\t(((v) >> 8) * Z_SCALE_CAST(s))\n", bits);
        text_printf(header, "#define Z_GUARD_BIT_%d\t%d\n", bits, bits == 32 ? 4 : 0);
        text_printf(header, "#define Z_NORM_%d(v)\t(v)\n", bits);
        text_printf(header, "#define Z_LINEAR_INTERPOLATE_%d(z, x, y)\t((x) + ((((y) - (x)) * (z)) >> 8))\n",
                    bits);
    }
    text_add(header, "#define Z_LINEAR_FULL_ONE\t0x40000000U\n#define Z_LINEAR_SHIFT\t8\n"
                     "#define Z_LINEAR_UNSHIFT\t22\n#define Z_LINEAR_ONE\t0x00000100\n"
                     "#define Z_QUALITY_ZOH\t0\n#define Z_QUALITY_LINEAR\t1\n#define Z_QUALITY_SINC\t3\n"
                     "#define Z_QUALITY_MIN\t0\n#define Z_QUALITY_MAX\t4\n");
}

char *
sound_rate_header(struct arena *arena)
{
    struct text header = {.arena = arena};

    text_add(&header, "#ifndef _FEEDER_RATE_GEN_H_\n#define _FEEDER_RATE_GEN_H_\n\n"
                      "#define FEEDER_RATE_PRESETS\t\"\"\n");
    for (int quality = 2; quality < 2 + QUALITIES; quality++)
        text_printf(&header, "static int32_t z_coeff_q%d[1024];\nstatic int32_t z_dcoeff_q%d[1024];\n",
                    quality, quality);
    text_add(&header, "static const struct {\n\tint32_t len;\n\tint32_t *coeff;\n\tint32_t *dcoeff;\n"
                      "} z_coeff_tab[] = {\n");
    for (int quality = 2; quality < 2 + QUALITIES; quality++)
        text_printf(&header, "\t{ %d, z_coeff_q%d, z_dcoeff_q%d },\n", 8 * quality, quality, quality);
    text_add(&header, "\t{ 0, NULL, NULL }\n};\n");
    write_rate_macros(&header);
    text_add(&header, "#endif\n");
    return text_value(&header);
}

char *
sound_equalizer_header(struct arena *arena)
{
    static const int rates[RATES] = {44100, 48000, 88200, 96000, 176400, 192000, 32000, 22050, 11025};
    struct text header = {.arena = arena};

    text_add(&header, "#ifndef _FEEDER_EQ_GEN_H_\n#define _FEEDER_EQ_GEN_H_\n\n"
                      "#define FEEDER_EQ_PRESETS\t\"\"\n"
                      "struct feed_eq_coeff_tone {\n\tint32_t a1, a2;\n\tint32_t b0, b1, b2;\n};\n"
                      "struct feed_eq_coeff {\n\tstruct feed_eq_coeff_tone treble;\n"
                      "\tstruct feed_eq_coeff_tone bass;\n};\n");
    for (int i = 0; i < RATES; i++)
        text_printf(&header, "static struct feed_eq_coeff eq_%d[41];\n", rates[i]);
    text_add(
        &header,
        "static const struct {\n\tuint32_t rate;\n\tstruct feed_eq_coeff *coeff;\n} feed_eq_tab[] = {\n");
    for (int i = 0; i < RATES; i++)
        text_printf(&header, "\t{ %d, eq_%d },\n", rates[i], rates[i]);
    text_add(&header, "};\n#define FEEDEQ_RATE_MIN\t11025\n#define FEEDEQ_RATE_MAX\t192000\n"
                      "#define FEEDEQ_TAB_SIZE\t((int32_t)(sizeof(feed_eq_tab) / sizeof(feed_eq_tab[0])))\n"
                      "static const struct {\n\tint32_t mul, shift;\n} feed_eq_preamp[] = {\n");
    for (int i = 0; i < 97; i++)
        text_add(&header, "\t{ 0x00000001, 0x00000000 },\n");
    text_add(&header,
             "};\n#define FEEDEQ_GAIN_MIN\t-24\n#define FEEDEQ_GAIN_MAX\t24\n#define FEEDEQ_GAIN_SHIFT\t10\n"
             "#define FEEDEQ_GAIN_DIV\t10\n#define FEEDEQ_GAIN_FMASK\t0x000003ff\n"
             "#define FEEDEQ_GAIN_STEP\t5\n#define FEEDEQ_COEFF_SHIFT\t24\n#endif\n");
    return text_value(&header);
}
