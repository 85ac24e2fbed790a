#ifndef _SYS_KOBJ_H_
#define	_SYS_KOBJ_H_
#include <sys/types.h>
typedef struct kobj		*kobj_t;
typedef struct kobj_class	*kobj_class_t;
typedef const struct kobj_method kobj_method_t;
typedef int			(*kobjop_t)(void);
typedef struct kobj_ops		*kobj_ops_t;
typedef struct kobjop_desc	*kobjop_desc_t;
struct kobj_method {
	kobjop_desc_t	desc;
	kobjop_t	func;
};
#define	KOBJ_CLASS_FIELDS						\
	const char	*name;						\
	kobj_method_t	*methods;					\
	size_t		size;						\
	kobj_class_t	*baseclasses;					\
	u_int		refs;						\
	kobj_ops_t	ops
struct kobj_class {
	KOBJ_CLASS_FIELDS;
};
struct kobj {
	kobj_ops_t	ops;
};
struct kobj_ops {
	kobj_method_t	*cache[256];
	kobj_class_t	cls;
};
struct kobjop_desc {
	unsigned int	id;
	kobj_method_t	deflt;
};
kobj_method_t *kobj_lookup_method(kobj_class_t cls, kobj_method_t **cep, kobjop_desc_t desc);
#define	KOBJOPLOOKUP(OPS, OP) do {					\
	kobjop_desc_t _desc = &OP##_##desc;				\
	kobj_method_t **_cep = &OPS->cache[_desc->id & 255];		\
	kobj_method_t *_ce = *_cep;					\
	if (_ce->desc != _desc)						\
		_ce = kobj_lookup_method(OPS->cls, _cep, _desc);	\
	_m = _ce->func;							\
} while (0)
#define	KOBJMETHOD(NAME, FUNC)	{ &NAME##_desc, (kobjop_t)(1 ? FUNC : (NAME##_t *)NULL) }
#define	KOBJMETHOD_END		{ NULL, NULL }
#endif
