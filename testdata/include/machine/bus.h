#ifndef _MACHINE_BUS_H_
#define	_MACHINE_BUS_H_
#include <sys/param.h>
#include <machine/bus_dma.h>
#define	BUS_SPACE_MAXADDR_32BIT	0xFFFFFFFFu
#define	BUS_SPACE_MAXADDR	((bus_addr_t)~0ull)
#define	BUS_SPACE_MAXSIZE	((bus_size_t)~0ull)
#define	BUS_SPACE_MAXSIZE_32BIT	0xFFFFFFFFu
struct resource;
typedef uint64_t	bus_space_tag_t;
typedef uintptr_t	bus_space_handle_t;
struct resource_i;
struct resource {
	struct resource_i	*__r_i;
	bus_space_tag_t		r_bustag;
	bus_space_handle_t	r_bushandle;
};
static inline uint32_t
bus_space_read_4(bus_space_tag_t tag __unused, bus_space_handle_t bsh, bus_size_t o)
{
	return (*(volatile uint32_t *)(bsh + (uintptr_t)o));
}
static inline void
bus_space_write_4(bus_space_tag_t tag __unused, bus_space_handle_t bsh, bus_size_t o, uint32_t v)
{
	*(volatile uint32_t *)(bsh + (uintptr_t)o) = v;
}
#define	bus_read_4(r, o)	bus_space_read_4((r)->r_bustag, (r)->r_bushandle, (o))
#define	bus_write_4(r, o, v)	bus_space_write_4((r)->r_bustag, (r)->r_bushandle, (o), (v))
#endif
