"""Each test gets an empty room of its own, and a room is gone afterwards."""

from pathlib import Path

import pika
import pymysql
import pytest
import redis
from pika.adapters.blocking_connection import BlockingChannel
from sqlalchemy import create_engine, inspect, text

from registration.settings import RabbitMQSettings, RedisSettings, SpoolSettings
from registration.testing.mariadb_server import execute
from registration.testing.rooms import VirtualHosts, new_database
from registration.testing.servers import Broker, Database


def channel_of(settings: RabbitMQSettings) -> BlockingChannel:
    credentials = pika.PlainCredentials(settings.user, settings.password)
    parameters = pika.ConnectionParameters(
        settings.host, settings.port, settings.vhost, credentials=credentials
    )
    return pika.BlockingConnection(parameters).channel()


@pytest.mark.parametrize("turn", [1, 2])
def test_a_virtual_host_is_empty_and_takes_what_the_topology_needs(
    rabbitmq_settings: RabbitMQSettings, turn: int
) -> None:
    channel = channel_of(rabbitmq_settings)
    declared = channel.queue_declare("chat_messages", durable=True, arguments={"x-max-length": turn})
    channel.exchange_declare("chat_exchange", "topic", durable=True)
    channel.queue_bind("chat_messages", "chat_exchange", "chat.message.*")
    assert declared.method.message_count == 0
    channel.connection.close()


def test_virtual_hosts_are_distinct_and_gone_when_closed(rabbitmq_broker: Broker) -> None:
    hosts = VirtualHosts(rabbitmq_broker)
    names = {hosts.take().vhost for _ in range(9)}
    assert len(names) == 9
    assert names <= rabbitmq_broker.door.names()
    hosts.close()
    if rabbitmq_broker.server is None:
        assert not names & rabbitmq_broker.door.names()


@pytest.mark.parametrize("turn", [1, 2])
def test_a_database_is_empty_and_takes_a_table(database_url: str, turn: int) -> None:
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE example (id INTEGER PRIMARY KEY)"))
    engine.dispose()


def test_a_database_of_mariadb_is_gone_afterwards(mariadb_database: Database) -> None:
    with new_database(mariadb_database) as url:
        name = url.rsplit("/", 1)[1]
        execute(mariadb_database.port, f"CREATE TABLE {name}.example (word VARCHAR(10))")
    with pytest.raises(pymysql.Error, match="Unknown database"):
        execute(mariadb_database.port, f"USE {name}")


@pytest.mark.parametrize("turn", [1, 2])
def test_redis_is_empty(redis_settings: RedisSettings, turn: int) -> None:
    with redis.Redis(host=redis_settings.host, port=redis_settings.port, db=redis_settings.db) as client:
        assert client.dbsize() == 0
        client.set("key", turn)


def test_a_spool_folder_lies_in_the_tests_own_folder(spool_settings: SpoolSettings, tmp_path: Path) -> None:
    assert spool_settings.folder.parent == tmp_path
    assert not spool_settings.folder.exists()
