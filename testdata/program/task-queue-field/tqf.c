// RUN-TARGET: i386/10.4 i386/head
/* Task queues are kept in the softc, and tasks put on them by a wrapper: each task runs where its own queue does. */
#include <sys/sf_buf.h>
#include "kernel.h"

struct tqf_softc {
	struct mtx		mtx;
	struct resource		*mem;
	struct resource		*irq;
	void			*ih;
	struct taskqueue	*soft;
	struct taskqueue	*thread;
	struct task		quick;
	struct task		slow;
	struct timeout_task	later;
	char			buffer[64];
	vm_paddr_t		pa;
};

static void
tqf_task_init(struct task *task, task_fn_t *function, struct tqf_softc *sc)
{

	TASK_INIT(task, 0, function, sc);
}

static void
tqf_put(struct taskqueue *queue, struct task *task)
{

	taskqueue_enqueue(queue, task);
}

static void
tqf_intr(void *arg)
{
	struct tqf_softc *sc = arg;

	tqf_put(sc->soft, &sc->quick);
	tqf_put(sc->thread, &sc->slow);
	taskqueue_enqueue_timeout(sc->soft, &sc->later, hz);
}

static void
tqf_quick(void *arg, int pending)
{
	struct tqf_softc *sc = arg;

	physcopyin(sc->buffer, sc->pa, sizeof(sc->buffer)); // WARN(copy-may-sleep) error
}

static void
tqf_slow(void *arg, int pending)
{
	struct tqf_softc *sc = arg;

	physcopyin(sc->buffer, sc->pa, sizeof(sc->buffer)); // OK(copy-may-sleep) always
}

static void
tqf_later(void *arg, int pending)
{
	struct tqf_softc *sc = arg;

	physcopyout(sc->pa, sc->buffer, sizeof(sc->buffer)); // WARN(copy-may-sleep) error
}

static int
tqf_attach(device_t dev)
{
	struct tqf_softc *sc = device_get_softc(dev);
	int rid;

	mtx_init(&sc->mtx, device_get_nameunit(dev), NULL, MTX_DEF);
	rid = 0;
	sc->mem = bus_alloc_resource_any(dev, SYS_RES_MEMORY, &rid, RF_ACTIVE);
	rid = 0;
	sc->irq = bus_alloc_resource_any(dev, SYS_RES_IRQ, &rid, RF_ACTIVE | RF_SHAREABLE);
	if (sc->mem == NULL || sc->irq == NULL)
		return (ENXIO);
	sc->soft = taskqueue_swi;
	sc->thread = taskqueue_create("tqf", M_WAITOK, taskqueue_thread_enqueue, &sc->thread);
	taskqueue_start_threads(&sc->thread, 1, PI_NET, "tqf");
	tqf_task_init(&sc->quick, tqf_quick, sc);
	tqf_task_init(&sc->slow, tqf_slow, sc);
	TIMEOUT_TASK_INIT(sc->soft, &sc->later, 0, tqf_later, sc);
	return (bus_setup_intr(dev, sc->irq, INTR_TYPE_MISC | INTR_MPSAFE, NULL, tqf_intr, sc, &sc->ih));
}

static device_method_t tqf_methods[] = {
	DEVMETHOD(device_attach, tqf_attach),
	DEVMETHOD_END
};

static driver_t tqf_driver = { "tqf", tqf_methods, sizeof(struct tqf_softc) };
static devclass_t tqf_devclass;
DRIVER_MODULE(tqf, pci, tqf_driver, tqf_devclass, NULL, NULL);
