import logging
logging.getLogger("own").warning("to stderr")
logging.getLogger("own").info("to nowhere")
logging.debug("to nowhere")
logging.error("with the usual handler")
