/*
 * Right: a task moves the data of requests that a kernel thread makes. A reader's request it only marks as done, and the
 * reader moves its data itself.
 */
#include "../driver.h"

struct job {
	struct uio	uio;
	struct iovec	iov;
	int		of_kernel;
	int		done;
};

struct job_softc {
	struct softc	s;
	struct job	*current;
};

static void
drv_task(void *arg, int pending)
{
	struct job_softc *sc = arg;
	struct job *job = sc->current;

	if (job->of_kernel)
		(void)uiomove(sc->s.buffer, 64, &job->uio); // FP(user-va-touch)
	job->done = 1;
	wakeup(job);
}

static int
drv_read(struct cdev *dev, struct uio *uio, int ioflag)
{
	struct job_softc *sc = dev->si_drv1;
	struct job *job;
	int error;

	job = malloc(sizeof(*job), M_TEMP, M_WAITOK);
	job->uio = *uio;
	job->of_kernel = 0;
	job->done = 0;
	mtx_lock(&sc->s.mtx);
	sc->current = job;
	taskqueue_enqueue(taskqueue_thread, &sc->s.task);
	while (!job->done)
		mtx_sleep(job, &sc->s.mtx, 0, "done", 0);
	mtx_unlock(&sc->s.mtx);
	error = uiomove(sc->s.buffer, 64, &job->uio); // OK(user-va-touch)
	free(job, M_TEMP);
	return (error);
}

static void
drv_thread(void *arg)
{
	struct job_softc *sc = arg;
	struct job *job;

	job = malloc(sizeof(*job), M_TEMP, M_WAITOK);
	job->iov.iov_base = (char *)sc->s.buffer + PAGE_SIZE;
	job->iov.iov_len = 64;
	job->uio.uio_iov = &job->iov;
	job->uio.uio_iovcnt = 1;
	job->uio.uio_offset = 0;
	job->uio.uio_resid = 64;
	job->uio.uio_segflg = UIO_SYSSPACE;
	job->uio.uio_rw = UIO_READ;
	job->uio.uio_td = curthread;
	job->of_kernel = 1;
	job->done = 0;
	sc->current = job;
	taskqueue_enqueue(taskqueue_thread, &sc->s.task);
	while (!job->done)
		tsleep(job, 0, "done", hz);
	free(job, M_TEMP);
}

static int
drv_open(struct cdev *dev, int oflags, int devtype, struct thread *td)
{
	struct job_softc *sc = dev->si_drv1;

	TASK_INIT(&sc->s.task, 0, drv_task, sc);
	return (kthread_add(drv_thread, sc, NULL, NULL, 0, 0, "driver"));
}

DRIVER(struct job_softc, wake_owner, .d_open = drv_open, .d_read = drv_read);
