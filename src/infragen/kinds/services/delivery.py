"""How new revisions of a service come into force: by ECS, or by AWS CodeDeploy, blue and green."""

from collections.abc import Iterator
from typing import Final

from infragen.core.build_context import BuildContext, ResourceView, call, value
from infragen.core.delivery import EcsService, Release, Rollout, Shift, StaticFiles
from infragen.core.expressions import Export, Module
from infragen.core.names import LIMITS, Limit
from infragen.core.part import named, pattern
from infragen.kinds import clusters, mesh, reads
from infragen.kinds.balancers.build import BalancerView, alarms_about
from infragen.kinds.balancers.model import leading_to
from infragen.kinds.buckets import BucketView
from infragen.kinds.workloads import registry, task
from infragen.kinds.workloads.blue_green import BlueGreen
from infragen.kinds.workloads.model import Container, Service
from infragen.kinds.workloads.task import TaskView

_MINUTE: Final = 60


def application_name(ctx: BuildContext) -> str:
    return ctx.names.container(ctx.entry)


class BlueGreenView(ResourceView):
    """What CodeDeploy is told of a service."""

    blue_green: BlueGreen | None = value(lambda self: getattr(self._ctx.entry, "blue_green", None))
    _deployment = call("compute", "deployment", has_kind=True)
    deployment: Module | None = value(lambda self: self._deployment if self.blue_green else None)

    @named(Limit("CodeDeploy application", 100, "AWS CodeDeploy API: CreateApplication"))
    def application_name(self) -> str:
        return application_name(self._ctx) if self.blue_green else ""

    @named(Limit("CodeDeploy deployment configuration", 100, "AWS CodeDeploy API: CreateDeploymentConfig"))
    def deployment_config_name(self) -> str:
        """AWS changes no configuration's figures, so that others have another name."""
        if self.blue_green is None:
            return ""
        figures = f"{self.blue_green.shift}-{self.blue_green.percent:f}-{self.blue_green.interval // _MINUTE}"
        return f"{application_name(self._ctx)}-{figures}"

    @property
    def shift(self) -> dict[str, object] | None:
        if (asked := self.blue_green) is None:
            return None
        return {"type": asked.shift, "percent": asked.percent, "minutes": asked.interval // _MINUTE}

    deployment_role_name = pattern("{own.application_name}-deployment", LIMITS["role"], when="blue_green")

    @property
    def listener(self) -> Export | None:
        return self._balancer.balancer.listener_arn if self._balancer is not None else None

    listener_rules: Export | None = value(lambda self: self._behind("rule_arns"))
    target_group_names: Export | None = value(lambda self: self._behind("target_group_names"))

    @property
    def rollback_alarms(self) -> list[str]:
        return alarms_about(self._balancer, self._ctx.entry) if self._balancer is not None else []

    @property
    def groups(self) -> list[str]:
        return self._balancer.target_group_names(self._ctx.entry) if self._balancer is not None else []

    def _behind(self, output: str) -> Export | None:
        service: Service = self._ctx.entry
        return self._balancer.blue_green_module.output(output)[service.identity] if self._balancer is not None else None

    @property
    def _balancer(self) -> BalancerView | None:
        found = leading_to(self._ctx.environment, self._ctx.entry.name) if self.blue_green is not None else []
        return BalancerView(self._ctx.of(found[0])) if found else None


def rollouts(container: Container, ctx: BuildContext) -> Iterator[Rollout]:
    if getattr(container, "blue_green", None) is not None:
        return
    called = reads.through_mesh(ctx.environment, container) if ctx.has(mesh.NAME) else ()
    finds = tuple(ecs_service(one) for name in called if (one := ctx.of(f"services/{name}")).entry is not None)
    yield Rollout(ecs_service(ctx), finds, is_terraform_s=container.deploy == "terraform")


def releases(container: Container, ctx: BuildContext) -> Iterator[Release]:
    repository = registry.repository_name(ctx)
    if container.deploy == "pipeline" and repository:
        service, own, shift = ecs_service(ctx), TaskView(ctx), None
        if (asked := getattr(container, "blue_green", None)) is not None:
            port: int = getattr(container, "port")  # noqa: B009  only services have the field, and they listen
            view = BlueGreenView(ctx)
            shift = Shift(
                application_name(ctx),
                own.container_name,
                port,
                task.run(container, ctx),
                asked.shift_seconds,
                asked.keep_minutes,
                tuple(view.rollback_alarms),
                tuple(view.groups),
            )
        yield Release(
            ctx.region,
            repository,
            service.name,
            service,
            shift=shift,
            roles=(own.execution_role_name, own.task_role_name),
            architecture=container.architecture,
            log_group=own.log_group_name,
            is_copied=registry.is_copy(ctx),
            static_files=static_files(container, ctx),
        )


def static_files(container: Container, ctx: BuildContext) -> StaticFiles | None:
    """None if S3 copies them from another environment's bucket."""
    asked = container.static_files if isinstance(container, Service) else None
    bucket = ctx.environment.find(f"buckets/{asked.bucket}") if asked is not None else None
    own = BucketView(ctx.of(bucket)) if bucket is not None else None
    if asked is None or own is None or own.is_copy:
        return None
    return StaticFiles(asked.path, own.name, asked.prefix or "", ctx.region, own.key is not None)


def ecs_service(ctx: BuildContext) -> EcsService:
    return EcsService(ctx.region, clusters.cluster_name(ctx, ctx.entry), ctx.names.service(ctx.entry))
