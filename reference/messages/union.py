"""The union of all messages."""

from __future__ import annotations

from typing import TypeAlias

from reference.messages.admission import AskTokens, GrantTokens
from reference.messages.client import Request, Response
from reference.messages.membership import (
    Create,
    GroupReport,
    MachineReport,
    Place,
    Placed,
    SplitNow,
)
from reference.messages.replication import (
    Accept,
    Accepted,
    CatchUp,
    FetchTable,
    Heartbeat,
    HeartbeatAck,
    Learn,
    NotMember,
    Prepare,
    Promise,
    Query,
    QueryAnswer,
    Rebuild,
    Rejected,
    Release,
    Removed,
    TablePage,
)
from reference.messages.routing import Located, Lookup, Publish

ReplicationMessage: TypeAlias = (
    Prepare
    | Promise
    | Accept
    | Accepted
    | Rejected
    | NotMember
    | Heartbeat
    | HeartbeatAck
    | Release
    | Query
    | QueryAnswer
    | CatchUp
    | Learn
    | Rebuild
    | FetchTable
    | TablePage
    | Removed
)

Message: TypeAlias = (
    ReplicationMessage
    | Request
    | Response
    | MachineReport
    | Place
    | Placed
    | Create
    | GroupReport
    | SplitNow
    | Publish
    | Lookup
    | Located
    | AskTokens
    | GrantTokens
)
