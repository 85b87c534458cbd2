"""The methods of the Bot API that a well-made bot needs, as strict as the real ones."""

from __future__ import annotations

import json
import time
from typing import Any, Callable, Dict, List

from tests.telegram.fake.rules import Refused, bad, keyboard_of, text_of
from tests.telegram.fake.world import Chat, Message, World

BOT = {"id": 7000000001, "is_bot": True, "first_name": "Recovery answers", "username": "recovery_answers_test_bot"}
ME = {**BOT, "can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}
LATEST_TO_DELETE = 48 * 3600


def call(world: World, method: str, arguments: Dict[str, str]) -> Any:
    """The result of a call.

    Raises:
        Refused: it is not taken.

    """
    if method not in METHODS:
        raise Refused(404, "Not Found: method not found")
    return METHODS[method](world, arguments)


def _chat(world: World, arguments: Dict[str, str]) -> Chat:
    if not arguments.get("chat_id"):
        raise bad("chat_id is empty")
    try:
        chat = world.chats[int(arguments["chat_id"])]
    except (KeyError, ValueError):
        raise bad("chat not found") from None
    if chat.blocked:
        raise Refused(403, "Forbidden: bot was blocked by the user")
    if chat.left:
        raise Refused(403, "Forbidden: bot was kicked from the group chat")
    return chat


def _get_me(world: World, arguments: Dict[str, str]) -> Any:
    return ME


def _send_message(world: World, arguments: Dict[str, str]) -> Any:
    chat = _chat(world, arguments)
    text, bold = text_of(arguments)
    preview = not json.loads(arguments.get("link_preview_options", "{}")).get("is_disabled", False)
    message = Message(
        world.message_id(),
        "bot",
        text,
        bold,
        keyboard_of(arguments),
        time.time(),
        arguments.get("disable_notification") == "true",
        preview,
        arguments.get("parse_mode", ""),
    )
    chat.messages.append(message)
    return as_telegram_sends(chat, message)


def as_telegram_sends(chat: Chat, message: Message) -> Dict[str, Any]:
    """A message of the bot in the form of the Bot API."""
    made: Dict[str, Any] = {
        "message_id": message.id,
        "from": BOT,
        "chat": {"id": chat.id, "type": chat.kind, "first_name": "Sam"},
        "date": int(message.at),
        "text": message.text,
    }
    if message.keyboard:
        made["reply_markup"] = {"inline_keyboard": message.keyboard}
    return made


def _send_chat_action(world: World, arguments: Dict[str, str]) -> Any:
    if arguments.get("action") != "typing":
        raise bad("wrong parameter action in request")
    _chat(world, arguments).typing.append(time.time())
    return True


def _answer_callback_query(world: World, arguments: Dict[str, str]) -> Any:
    tap = arguments.get("callback_query_id", "")
    if tap not in world.taps or world.taps[tap] is not None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(arguments.get("text", "")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    world.taps[tap] = arguments.get("text", "")
    return True


def _edit_reply_markup(world: World, arguments: Dict[str, str]) -> Any:
    chat = _chat(world, arguments)
    found = [message for message in chat.messages if str(message.id) == arguments.get("message_id") and not message.deleted]
    if not found:
        raise bad("message to edit not found")
    if found[0].by != "bot":
        raise bad("message can't be edited")
    keyboard = keyboard_of(arguments)
    if keyboard == found[0].keyboard:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current content "
            "and reply markup of the message"
        )
    found[0].keyboard = keyboard
    found[0].edits += 1
    return as_telegram_sends(chat, found[0])


def _delete_messages(world: World, arguments: Dict[str, str]) -> Any:
    chat = _chat(world, arguments)
    numbers: List[int] = json.loads(arguments.get("message_ids", "[]"))
    if not 1 <= len(numbers) <= 100:
        raise bad("there must be 1 to 100 message identifiers")
    for message in chat.messages:
        if message.id in numbers and time.time() - message.at < LATEST_TO_DELETE:
            message.deleted = True
    return True


def _leave_chat(world: World, arguments: Dict[str, str]) -> Any:
    chat = _chat(world, arguments)
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.left = True
    return True


def _set_commands(world: World, arguments: Dict[str, str]) -> Any:
    commands = json.loads(arguments["commands"])
    for entry in commands:
        if not (1 <= len(entry["command"]) <= 32 and entry["command"].replace("_", "a").isalnum() and entry["command"].islower()):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(entry["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile[f"commands:{arguments.get('language_code', '')}"] = commands
    return True


def _set_text(name: str, longest: int) -> Callable[[World, Dict[str, str]], Any]:
    def method(world: World, arguments: Dict[str, str]) -> Any:
        if len(arguments.get(name, "")) > longest:
            raise bad(f"BOT_{name.upper()}_TOO_LONG")
        world.profile[f"{name}:{arguments.get('language_code', '')}"] = arguments.get(name, "")
        return True

    return method


def _set_menu(world: World, arguments: Dict[str, str]) -> Any:
    world.profile["menu"] = json.loads(arguments["menu_button"])
    return True


def _set_webhook(world: World, arguments: Dict[str, str]) -> Any:
    url = arguments.get("url", "")
    if not url.startswith("https://"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    world.webhook = {
        "url": url,
        "secret": arguments.get("secret_token", ""),
        "allowed": json.loads(arguments.get("allowed_updates", "[]")),
        "max_connections": int(arguments.get("max_connections", 40)),
    }
    return True


def _delete_webhook(world: World, arguments: Dict[str, str]) -> Any:
    world.webhook = None
    if arguments.get("drop_pending_updates") == "true":
        world.waiting.clear()
    return True


METHODS: Dict[str, Callable[[World, Dict[str, str]], Any]] = {
    "getMe": _get_me,
    "sendMessage": _send_message,
    "sendChatAction": _send_chat_action,
    "answerCallbackQuery": _answer_callback_query,
    "editMessageReplyMarkup": _edit_reply_markup,
    "deleteMessages": _delete_messages,
    "leaveChat": _leave_chat,
    "setMyCommands": _set_commands,
    "setMyDescription": _set_text("description", 512),
    "setMyShortDescription": _set_text("short_description", 120),
    "setChatMenuButton": _set_menu,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
}
