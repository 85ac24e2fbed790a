#ifndef _CAM_CAM_PERIPH_H
#define	_CAM_CAM_PERIPH_H
#include <cam/cam_ccb.h>
struct buf;
#define	CAM_PERIPH_MAXMAPS	2
struct cam_periph_map_info {
	int		num_bufs_used;
	struct buf	*bp[CAM_PERIPH_MAXMAPS];
};
struct cam_periph {
	void	*softc;
};
int	cam_periph_mapmem(union ccb *ccb, struct cam_periph_map_info *mapinfo, u_int maxmap);
void	cam_periph_unmapmem(union ccb *ccb, struct cam_periph_map_info *mapinfo);
#endif
