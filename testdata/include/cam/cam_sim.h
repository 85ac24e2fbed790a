#ifndef _CAM_CAM_SIM_H
#define	_CAM_CAM_SIM_H
#include <cam/cam_ccb.h>
struct cam_devq;
struct cam_sim;
struct mtx;
typedef void (*sim_action_func)(struct cam_sim *sim, union ccb *ccb);
typedef void (*sim_poll_func)(struct cam_sim *sim);
struct cam_devq *cam_simq_alloc(u_int32_t max_sim_transactions);
struct cam_sim *cam_sim_alloc(sim_action_func sim_action, sim_poll_func sim_poll, const char *sim_name,
	    void *softc, u_int32_t unit, struct mtx *mtx, int max_dev_transactions,
	    int max_tagged_dev_transactions, struct cam_devq *queue);
struct cam_sim {
	void	*softc;
};
static inline void *
cam_sim_softc(struct cam_sim *sim)
{
	return (sim->softc);
}
void	xpt_done(union ccb *done_ccb);
void	xpt_action(union ccb *new_ccb);
#endif
